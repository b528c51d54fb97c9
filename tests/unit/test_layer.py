"""The layer's build refuses what would only fail once deployed."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import botocore.session
import build_layer
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import ResponseParserError


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


# Those that functions call; sts, which has the same files, is left out.
SERVICES = sorted(build_layer.BOTOCORE_SERVICES - {"sts"})
INSTALLED = Path(botocore.__file__).parent / "data"


@pytest.fixture(scope="module")
def pruned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """botocore's data as the layer has it, made from that of the services called and of one that is not."""
    layer = tmp_path_factory.mktemp("layer")
    data = layer / "botocore" / "data"
    for service in ("ec2-instance-connect", *SERVICES):
        shutil.copytree(INSTALLED / service, data / service)
    for path in INSTALLED.glob("*.json"):
        shutil.copy(path, data)
    build_layer.prune(layer)
    return data


def test_botocores_data_is_kept_only_for_services_that_are_called(pruned: Path) -> None:
    assert sorted(path.name for path in pruned.iterdir() if path.is_dir()) == SERVICES
    assert (pruned / "endpoints.json").stat().st_size < 50_000


def client(service: str, region: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(Loader, "BUILTIN_DATA_PATH", str(data))
    return botocore.session.Session().create_client(service, region)


@pytest.mark.parametrize("service", SERVICES)
def test_a_client_made_from_what_is_kept_knows_the_same(
    service: str, pruned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = [
        client(service, "eu-north-1", data, monkeypatch).meta.service_model.operation_model
        for data in (pruned, INSTALLED)
    ]
    for operation in ServiceModel(Loader().load_service_model(service, "service-2")).operation_names:
        short, full = (model(operation).input_shape for model in models)
        assert (short is None) == (full is None)
        assert short is None or (short.members.keys(), short.required_members) == (
            full.members.keys(),
            full.required_members,
        )


@pytest.mark.parametrize("region", ["eu-north-1", "us-east-1", "us-gov-west-1", "cn-north-1"])
@pytest.mark.parametrize("service", SERVICES)
def test_a_client_made_from_what_is_kept_calls_the_same_address(
    service: str, region: str, pruned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short, full = (client(service, region, data, monkeypatch).meta.endpoint_url for data in (pruned, INSTALLED))
    assert short == full


class Nothing(BytesIO):
    """The body of an empty answer."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "dynamodb": ("get_item", {"TableName": "leads", "Key": {"pk": {"S": "CLAIM"}}}),
    "s3": ("list_objects_v2", {"Bucket": "leads"}),
    "sesv2": ("send_email", {"Content": {"Raw": {"Data": b"x"}}}),
    "sns": ("publish", {"TopicArn": "arn:aws:sns:eu-north-1:123456789012:inbox", "Message": "x"}),
    "sqs": ("receive_message", {"QueueUrl": "https://sqs.eu-north-1.amazonaws.com/123456789012/receipts"}),
}


@pytest.mark.parametrize("service", SERVICES)
def test_a_client_made_from_what_is_kept_sends_the_same(
    service: str, pruned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = []

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        sent.append((request.method, request.url, request.body))
        return AWSResponse(request.url, 200, {}, Nothing())

    for data in (pruned, INSTALLED):
        caller = client(service, "eu-north-1", data, monkeypatch)
        caller.meta.events.register("before-send", answer)
        operation, parameters = CALLS[service]
        with suppress(ResponseParserError):  # an empty answer is no XML
            getattr(caller, operation)(**parameters)
    first, last = sent
    assert first == last


def test_only_remarks_are_emptied() -> None:
    told = {"documentation": "<p>What it is.</p>", "members": {"documentation": {"shape": "Text"}}, "list": [{"a": 1}]}
    assert build_layer.undocumented(told) == {**told, "documentation": ""}


def test_a_link_to_a_file_is_signed_from_what_is_kept(pruned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = client("s3", "eu-north-1", pruned, monkeypatch)
    link = s3.generate_presigned_url("get_object", {"Bucket": "files", "Key": "guide.pdf"})
    assert link.startswith("https://files.s3.")
