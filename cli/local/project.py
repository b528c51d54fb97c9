"""The checkout that is run, and the tools its Makefile put there."""

import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from cli.errors import CommandError

PYTHON = (3, 13)
MAKE_TOOLS = "Install the tools into this folder: make setup"


@dataclass(frozen=True)
class Project:
    """Paths of one checkout."""

    root: Path
    sam: Path
    emulator: Path

    @property
    def template(self) -> Path:
        return self.root / "template.yaml"

    @property
    def build_dir(self) -> Path:
        """Not below the data folder of a run: what was built once serves every run."""
        return self.root / ".leadbell" / "build"


def find_checkout() -> Path:
    """The checkout around the working folder, else the one this file belongs to."""
    here = Path.cwd()
    own = Path(__file__).resolve().parents[2]
    root = next((folder for folder in (here, *here.parents, own) if _is_checkout(folder)), None)
    if root is None:
        raise CommandError("This folder is not a checkout of Leadbell.", "Change to the checkout first: cd leadbell")
    return root


def find_project() -> Project:
    """The checkout; its tools must be in place."""
    root = find_checkout()
    project = Project(
        root=root,
        sam=Path(os.environ.get("LEADBELL_SAM", root / ".tools/sam/bin/sam")),
        emulator=Path(os.environ.get("LEADBELL_EMULATOR", root / ".tools/emulator/bin/ministack")),
    )
    _check_tools(project)
    return project


def architecture() -> str:
    """The Lambda name of this machine's processor: functions run on it, not on the cloud's."""
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


def layer_architecture() -> str:
    """What build_layer.py is told: on Linux what the cloud needs, elsewhere what this machine can load."""
    return architecture() if sys.platform == "linux" else "host"


def _is_checkout(folder: Path) -> bool:
    return (folder / "template.yaml").is_file() and (folder / "shared" / "leadbell").is_dir()


def _check_tools(project: Project) -> None:
    for name, tool in (("The SAM CLI", project.sam), ("The emulator", project.emulator)):
        if not os.access(tool, os.X_OK):
            raise CommandError(f"{name} is not installed: {tool} is missing.", MAKE_TOOLS)
    wanted = ".".join(map(str, PYTHON))
    if sys.version_info[:2] != PYTHON:
        running = platform.python_version()
        raise CommandError(
            f"This is Python {running}, but the functions need {wanted}.", "Use the project's own Python: make run"
        )
    # The emulator runs the functions with its own interpreter: the layer's compiled parts only load in this one.
    if not (project.emulator.parents[1] / "lib" / f"python{wanted}").is_dir():
        raise CommandError(
            f"The emulator at {project.emulator} was not installed with Python {wanted}.",
            "Install it again: rm -rf .tools && make setup",
        )
