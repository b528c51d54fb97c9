"""The layer's build refuses what would only fail once deployed."""

from pathlib import Path

import build_layer
import pytest


def shared_object(folder: Path, machine: int) -> Path:
    library = folder / "fast.cpython-313.so"
    library.write_bytes(b"\x7fELF" + bytes(14) + machine.to_bytes(2, "little") + bytes(44))
    return library


def test_a_library_for_the_other_processor_is_refused(tmp_path: Path) -> None:
    shared_object(tmp_path, build_layer.ELF_MACHINES["x86_64"])
    with pytest.raises(build_layer.LayerError, match=r"fast.*\.so is not built for arm64"):
        build_layer.check_machines(tmp_path, "arm64")


def test_a_library_for_this_processor_is_taken(tmp_path: Path) -> None:
    shared_object(tmp_path, build_layer.ELF_MACHINES["arm64"])
    build_layer.check_machines(tmp_path, "arm64")


def test_an_unknown_architecture_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADBELL_ARCHITECTURE", "riscv")
    with pytest.raises(build_layer.LayerError, match="arm64, x86_64 or host"):
        build_layer.wanted_architecture()


def test_without_a_word_the_layer_is_for_the_templates_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEADBELL_ARCHITECTURE", raising=False)
    assert build_layer.wanted_architecture() == "arm64"


def test_botocores_data_is_kept_only_for_services_that_are_called(tmp_path: Path) -> None:
    data = tmp_path / "botocore" / "data"
    for service in ("dynamodb", "ec2", "sns"):
        (data / service).mkdir(parents=True)
    (data / "endpoints.json").touch()
    build_layer.prune(tmp_path)
    assert {path.name for path in data.iterdir()} == {"dynamodb", "sns", "endpoints.json"}
