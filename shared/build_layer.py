"""Build the Lambda layer: the pinned dependencies and the package `leadbell`, compiled and without what is never read.

Three things here are easy to get wrong:
- SAM says nothing about the architecture to a makefile build, so LEADBELL_ARCHITECTURE does (arm64 unless set), only
  ready-made wheels of that architecture are taken, and every shared object's ELF header is checked. `host` stands for
  this machine, whatever it is: the emulator runs functions right on it.
- The .pyc files are unchecked-hash: Lambda unpacks a layer with new file times, so a .pyc that is checked against its
  source's time would be thrown away and compiled again on each cold start.
- SAM runs this in a copy of the folder. LEADBELL_CACHE names a folder that stays, where the dependencies of each lock
  and architecture are kept ready.
"""

import compileall
import gzip
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"
LAMBDA_PYTHON = (3, 13)

# e_machine of the ELF header, bytes 18 and 19.
ELF_MACHINES = {"arm64": 183, "x86_64": 62}
WHEEL_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
# Lambda's Python 3.13 runs on Amazon Linux 2023: glibc 2.34. pip takes each of these as a separate platform.
GLIBCS = ("2014", "_2_28", "_2_34")

# The services that a function calls, and sts, which botocore itself may need for credentials.
BOTOCORE_SERVICES = {"dynamodb", "s3", "sesv2", "sns", "sqs", "sts"}
# What the list of all services' addresses calls them.
ENDPOINTS = BOTOCORE_SERVICES - {"sesv2"} | {"email"}
UNUSED = (
    "bin",
    "boto3/examples",
    "pycountry/locales",
    "pycountry/tests",
    # Only for looking an address's mail server up, which the doors never do: a forgotten check_deliverability=False
    # should fail in the tests, not wait for DNS within a visitor's request.
    "dns",
    "dnspython-*.dist-info",
)


class LayerError(Exception):
    """The layer cannot be built here; the text says what to do."""


def main() -> None:
    target = Path(sys.argv[1]) / "python"
    architecture = wanted_architecture()
    check_interpreter()
    shutil.copytree(ready_dependencies(architecture), target, dirs_exist_ok=True)
    shutil.copytree(HERE / "leadbell", target / "leadbell", ignore=shutil.ignore_patterns("__pycache__"))
    compile_all(target / "leadbell")
    if architecture != "host":
        check_machines(target, architecture)
    megabytes = sum(path.stat().st_size for path in target.rglob("*") if path.is_file()) / 1e6
    print(f"Layer for {architecture}: {megabytes:.1f} MB unpacked (Lambda's limit: 250 MB)")


def wanted_architecture() -> str:
    architecture = os.environ.get("LEADBELL_ARCHITECTURE") or "arm64"
    if architecture not in {*ELF_MACHINES, "host"}:
        raise LayerError(f"LEADBELL_ARCHITECTURE is {architecture!r}: use arm64, x86_64 or host")
    return architecture


def check_interpreter() -> None:
    """A .pyc is only read by the Python version that wrote it."""
    if sys.version_info[:2] != LAMBDA_PYTHON:
        raise LayerError(
            f"this is Python {platform.python_version()}, but Lambda runs 3.13: run `make setup`, which brings it"
        )


def ready_dependencies(architecture: str) -> Path:
    """Return a folder of installed, pruned and compiled dependencies; made anew only when what goes into it changed."""
    cache = Path(os.environ.get("LEADBELL_CACHE") or HERE / ".cache")
    ingredients = REQUIREMENTS.read_bytes() + Path(__file__).read_bytes() + architecture.encode()
    ready = cache / f"{architecture}-{hashlib.sha256(ingredients).hexdigest()[:16]}"
    if not ready.exists():
        unfinished = cache / f"{ready.name}.{os.getpid()}"
        install(unfinished, architecture)
        prune(unfinished)
        compile_all(unfinished)
        for older in cache.glob(f"{architecture}-*"):
            if not older.suffix:  # with one: a build that is still going on beside this one
                shutil.rmtree(older)
        unfinished.rename(ready)
    return ready


def install(target: Path, architecture: str) -> None:
    machine = WHEEL_MACHINES.get(architecture)
    platforms = [f"--platform=manylinux{glibc}_{machine}" for glibc in GLIBCS if machine]
    options = [
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
        "--no-compile",
    ]
    python = ["--implementation=cp", "--python-version={}.{}".format(*LAMBDA_PYTHON)]
    command = [sys.executable, "-m", "pip", "install", *options, *python, *platforms]
    finished = subprocess.run([*command, f"--target={target}", f"--requirement={REQUIREMENTS}"], check=False)
    if finished.returncode:
        raise LayerError("pip could not install shared/requirements.txt; its message is above")


def prune(folder: Path) -> None:
    """Remove data that no function reads: most of it is the description of some 400 AWS services."""
    for pattern in UNUSED:
        for path in folder.glob(pattern):
            shutil.rmtree(path)
    data = folder / "botocore" / "data"
    for service in data.iterdir():
        if service.is_dir() and service.name not in BOTOCORE_SERVICES:
            shutil.rmtree(service)
    shorten(data)


def shorten(data: Path) -> None:
    """Write botocore's data anew without what is only for people: each client that is made reads all of it.

    Of the list of every service's addresses (1.2 MB, a seventh of a bare client's start), ours stay.
    """
    for path in [*data.glob("*/*/*.json.gz"), *data.glob("*/*/*.json")]:
        text = path.read_bytes()
        path.unlink()
        content = json.loads(gzip.decompress(text) if path.suffix == ".gz" else text)
        write_json(path.with_name(path.name.removesuffix(".gz")), undocumented(content))
    endpoints = json.loads((data / "endpoints.json").read_bytes())
    for each in endpoints["partitions"]:
        each["services"] = {name: told for name, told in each["services"].items() if name in ENDPOINTS}
    write_json(data / "endpoints.json", endpoints)


def undocumented(content: Any) -> Any:
    """The same with every remark empty: botocore insists on some. A member that has that name is no text, and stays."""
    if isinstance(content, dict):
        return {
            name: "" if name == "documentation" and isinstance(told, str) else undocumented(told)
            for name, told in content.items()
        }
    return [undocumented(each) for each in content] if isinstance(content, list) else content


def write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")


def compile_all(folder: Path) -> None:
    # The path that tracebacks show is the layer's on Lambda, wherever it was built.
    shown = Path("/opt/python") / ("leadbell" if folder.name == "leadbell" else "")
    compiled = compileall.compile_dir(
        folder,
        quiet=1,
        workers=0,
        stripdir=folder,
        prependdir=shown,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        raise LayerError(f"some files of {folder} do not compile; their names are above")


def check_machines(folder: Path, architecture: str) -> None:
    for library in folder.rglob("*.so*"):
        with library.open("rb") as file:
            header = file.read(20)
        if header[:4] != b"\x7fELF" or int.from_bytes(header[18:20], "little") != ELF_MACHINES[architecture]:
            raise LayerError(f"{library.relative_to(folder)} is not built for {architecture}")


if __name__ == "__main__":
    try:
        main()
    except LayerError as error:
        sys.exit(f"build_layer: {error}")
