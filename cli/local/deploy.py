"""`sam build` and `sam deploy` of the checkout's template into the emulator; each is skipped when nothing changed.

The build carries a fingerprint of its sources in its folder; the deployed stack carries it as a tag, so that it always
tells what the emulator really holds, also after a crash.
"""

import fcntl
import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from cli.errors import CommandError
from cli.local.process import clean_environment, run_logged
from cli.local.project import Project, architecture, layer_architecture
from cli.local.routes import ID, ID_TAG
from cli.stack import Stack

ARTIFACT_BUCKET = "leadbell-artifacts"
FINGERPRINT_TAG = "leadbell-fingerprint"
SOURCES = ("template.yaml", "functions", "shared")
SETTLED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")


def build(project: Project, data_dir: Path, on_step: Callable[[str], None]) -> str:
    """Build unless these very sources were built last; returns their fingerprint."""
    project.build_dir.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(project.build_dir / "lock"):
        fingerprint = _fingerprint(project.root)
        marker = project.build_dir / "fingerprint"
        if marker.is_file() and marker.read_text(encoding="ascii") == fingerprint:
            return fingerprint
        on_step("Building (about a minute the first time)")
        marker.unlink(missing_ok=True)
        command: list[str | Path] = ["build", "--template-file", project.template, "--build-dir", _built(project)]
        layer = {"LEADBELL_ARCHITECTURE": layer_architecture(), "LEADBELL_CACHE": str(project.root / ".cache/layer")}
        _sam(project, data_dir, command, layer, "build")
        marker.write_text(fingerprint, encoding="ascii")
    return fingerprint


def deploy(
    project: Project,
    data_dir: Path,
    stack: Stack,
    fingerprint: str,
    parameters: Mapping[str, str],
    on_step: Callable[[str], None],
) -> None:
    """Deploy unless the emulator holds just this build with these parameters."""
    parameters = {"Architecture": architecture(), **parameters}
    digest = hashlib.sha256(f"{fingerprint} {sorted(parameters.items())}".encode()).hexdigest()
    parameters["Release"] = digest
    status, deployed = _deployed(stack)
    if deployed == digest and status in SETTLED:
        return
    on_step("Deploying template.yaml")
    if status == "ROLLBACK_COMPLETE":  # a first deployment that failed can only be deleted
        stack.client("cloudformation").delete_stack(StackName=stack.name)
    _make_artifact_bucket(stack)
    command: list[str | Path] = ["deploy", "--template-file", _built(project) / "template.yaml"]
    command += ["--stack-name", stack.name, "--s3-bucket", ARTIFACT_BUCKET, "--s3-prefix", stack.name]
    command += ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    command += ["--no-confirm-changeset", "--no-progressbar", "--no-fail-on-empty-changeset"]
    command += ["--tags", f"{FINGERPRINT_TAG}={digest}", f"{ID_TAG}={ID}"]
    # In quotes: SAM cuts a bare value at its first space.
    command += ["--parameter-overrides", *(f'{name}="{value}"' for name, value in parameters.items())]
    # The region comes from the environment, with the key that the emulator takes for the account's root.
    region = stack.session.region_name
    environment = {"AWS_ENDPOINT_URL": stack.endpoint_url or "", "AWS_DEFAULT_REGION": region}
    _sam(project, data_dir, command, environment, "deploy")


def _sam(
    project: Project, data_dir: Path, command: list[str | Path], environment: Mapping[str, str], what: str
) -> None:
    settings = data_dir / "samconfig.toml"
    settings.write_text("version = 0.1\n", encoding="ascii")  # else SAM mixes in the settings for the real cloud
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    run_logged(
        [project.sam, *command, "--config-file", settings.resolve()],
        clean_environment(
            {
                "PATH": path,  # SAM looks there for the Python that the functions name as their runtime
                "SAM_CLI_TELEMETRY": "0",
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                **environment,
            }
        ),
        cwd=project.root,
        log=data_dir / f"{what}.log",
        what=f"`sam {what}`",
    )


def _built(project: Project) -> Path:
    return project.build_dir / "sam"


def _fingerprint(root: Path) -> str:
    digest = hashlib.sha256(f"{architecture()} {sys.version_info[:2]}".encode())
    for source in SOURCES:
        for file in _files(root / source):
            digest.update(f"{file.relative_to(root)} {file.stat().st_size} ".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    """A file itself, or all files below a folder, in one order; Python's own caches are no source."""
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)


def _deployed(stack: Stack) -> tuple[str, str]:
    """Status and fingerprint of the stack; both empty where there is none yet."""
    try:
        description = stack.description
    except CommandError:
        return "", ""
    tags = {tag["Key"]: tag["Value"] for tag in description.get("Tags", [])}
    return description["StackStatus"], tags.get(FINGERPRINT_TAG, "")


def _make_artifact_bucket(stack: Stack) -> None:
    place: Any = {"LocationConstraint": stack.session.region_name}
    try:
        stack.client("s3").create_bucket(Bucket=ARTIFACT_BUCKET, CreateBucketConfiguration=place)
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    """Two runs of one checkout (the tests beside `make run`) share the build folder."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
