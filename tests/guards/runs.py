"""Tests played in a copy of the checkout: once on all cores, and for each guard in a process forked for it."""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIES = 2
SECONDS = 120  # what one guard's tests may take before they count as hung

_FORKED = multiprocessing.get_context("forkserver")


def environment(copy: Path) -> dict[str, str]:
    """Everything is imported from the copy, and nothing that was compiled without a guard outlives its run."""
    paths = os.pathsep.join(map(str, (copy, copy / "shared")))
    ours = {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "HYPOTHESIS_PROFILE": "guards"}
    return {**os.environ, **ours}


def play(copy: Path, tests: Iterable[str]) -> tuple[int, str]:
    """Runs tests in a copy on all cores: pytest's exit code, and its report as JUnit's XML."""
    report, cores = copy / "report.xml", str(COPIES)
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", cores, "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, f"--junitxml={report}", *tests], cwd=copy, env=environment(copy), capture_output=True, text=True
    )
    return done.returncode, report.read_text(encoding="utf-8") if report.exists() else done.stdout


# Imported once for all runs: what they have in common, and nothing of ours.
SHARED = """
    pytest pydantic typer rich jinja2 ruamel.yaml phonenumbers email_validator boto3 aws_lambda_powertools
    aws_lambda_powertools.metrics moto moto.dynamodb.models moto.sns.models moto.sqs.models moto.s3.models
""".split()  # noqa: SIM905  # sixteen quoted names read worse
OURS = ("tests", "leadbell", "cli")


def preload() -> None:
    """To be called before the first `play_quickly`."""
    _FORKED.set_forkserver_preload(SHARED)


def play_quickly(copy: Path, tests: Sequence[str]) -> tuple[int, str]:
    """The same in a process that is forked from one which has imported `SHARED`: half the time of a new one."""
    report = copy / "report.xml"
    report.unlink(missing_ok=True)
    run = _FORKED.Process(target=played_here, args=(copy, report, tests))
    run.start()
    run.join(SECONDS)
    if run.is_alive():
        run.kill()
        return -1, ""
    return run.exitcode or 0, report.read_text(encoding="utf-8") if report.exists() else ""


def played_here(copy: Path, report: Path, tests: Sequence[str]) -> None:
    """Ends this process with pytest's exit code; whatever of ours it had imported is imported anew from the copy."""
    import pytest

    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    os.chdir(copy)
    sys.path[:] = [str(copy), str(copy / "shared"), *(path for path in sys.path if Path(path).resolve() != ROOT)]
    sys.dont_write_bytecode = True
    os.environ |= environment(copy)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    quiet = ("-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
    os._exit(int(pytest.main(["-x", "-q", *quiet, f"--junitxml={report}", *tests])))
