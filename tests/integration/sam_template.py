"""What these tests take from template.yaml, so that table, variables, stream filters and grants exist once."""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

ROOT = Path(__file__).parents[2]


class Intrinsic(NamedTuple):
    """A `!Sub`, `!Ref`, `!GetAtt` ... and what stands after it."""

    name: str
    value: Any


class Grant(NamedTuple):
    """One action a role allows, and what on: `Table`, `Table/index/due`, `DefaultInboxTopic`, `AssetBucket/*` ..."""

    action: str
    resource: str


def _intrinsic(loader: Any, suffix: str, node: Node) -> Intrinsic:
    if isinstance(node, ScalarNode):
        return Intrinsic(suffix, loader.construct_scalar(node))
    if isinstance(node, SequenceNode):
        return Intrinsic(suffix, loader.construct_sequence(node, deep=True))
    assert isinstance(node, MappingNode)
    return Intrinsic(suffix, loader.construct_mapping(node, deep=True))


class _Reader(SafeConstructor):
    """Reads expressions as what they are made of. A class of its own, since ruamel keeps its tags by class."""


_Reader.add_multi_constructor("!", _intrinsic)


@cache
def template() -> dict[str, Any]:
    return loaded((ROOT / "template.yaml").read_text(encoding="utf-8"))


def loaded(text: str) -> dict[str, Any]:
    """A template as CloudFormation reads it."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Reader
    found: dict[str, Any] = yaml.load(text)
    return found


def _properties(logical_id: str) -> dict[str, Any]:
    properties: dict[str, Any] = template()["Resources"][logical_id]["Properties"]
    return properties


def functions() -> dict[str, str]:
    """Folder under functions/ to logical id."""
    resources = template()["Resources"]
    return {
        name.removesuffix("Function").lower(): name
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def variables_of(folder: str) -> set[str]:
    """The names of the variables that the function is deployed with."""
    everywhere = template()["Globals"]["Function"]["Environment"]["Variables"]
    return {*everywhere, *_properties(functions()[folder])["Environment"]["Variables"]}


def timeout_of(folder: str) -> timedelta:
    """How long the function may run."""
    everywhere = template()["Globals"]["Function"]["Timeout"]
    return timedelta(seconds=_properties(functions()[folder]).get("Timeout", everywhere))


def table_definition() -> dict[str, Any]:
    """The arguments of `create_table` that give the deployed table's keys, indexes and stream."""
    kept = ("BillingMode", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")
    properties = _properties("Table")
    stream = {"StreamEnabled": True, **properties["StreamSpecification"]}
    return {**{name: properties[name] for name in kept}, "StreamSpecification": stream}


def routes() -> dict[str, str]:
    """Route key to folder."""
    found = {}
    for folder, logical_id in functions().items():
        for event in _properties(logical_id).get("Events", {}).values():
            if event["Type"] == "HttpApi":
                about = event["Properties"]
                found[f"{about['Method']} {about['Path']}" if "Path" in about else "$default"] = folder
    return found


class Mapping(NamedTuple):
    """A stream mapping: what wakes the function, how many records at once, what happens to a batch that fails.

    What the template leaves out is as AWS has it; -1 is for ever.
    """

    events: frozenset[str]
    prefixes: tuple[str, ...]
    batch_size: int = 100
    window_seconds: int = 0
    reports_failures: bool = False
    bisects: bool = False
    retries: int = -1
    max_age_seconds: int = -1
    lanes: int = 1
    starts_at: str = "TRIM_HORIZON"
    failures_to: str = ""

    def wakes(self, event_name: str, sk: str) -> bool:
        return event_name in self.events and sk.startswith(self.prefixes)


_MAPPING_FIELDS = {
    "BatchSize": "batch_size",
    "MaximumBatchingWindowInSeconds": "window_seconds",
    "BisectBatchOnFunctionError": "bisects",
    "MaximumRetryAttempts": "retries",
    "MaximumRecordAgeInSeconds": "max_age_seconds",
    "ParallelizationFactor": "lanes",
    "StartingPosition": "starts_at",
}
_MAPPING_OTHERS = {"FunctionName", "EventSourceArn", "FilterCriteria", "FunctionResponseTypes", "DestinationConfig"}


def mapping_of(folder: str) -> Mapping:
    properties = _properties(f"{folder.capitalize()}Stream")
    unknown = properties.keys() - _MAPPING_FIELDS.keys() - _MAPPING_OTHERS
    assert not unknown, f"the tests do not act on these settings of a mapping: {unknown}"
    (pattern,) = (json.loads(each["Pattern"]) for each in properties["FilterCriteria"]["Filters"])
    prefixes = tuple(each["prefix"] for each in pattern["dynamodb"]["Keys"]["sk"]["S"])
    return Mapping(
        frozenset(pattern["eventName"]),
        prefixes,
        reports_failures=properties.get("FunctionResponseTypes") == ["ReportBatchItemFailures"],
        failures_to=_kind_of_destination(properties),
        **{ours: properties[theirs] for theirs, ours in _MAPPING_FIELDS.items() if theirs in properties},
    )


def _kind_of_destination(properties: dict[str, Any]) -> str:
    """`s3`, `sqs` or `sns`: what the failure destination is, or nothing."""
    if "DestinationConfig" not in properties:
        return ""
    name = str(properties["DestinationConfig"]["OnFailure"]["Destination"].value).removesuffix(".Arn")
    return str(template()["Resources"][name]["Type"]).split("::")[1].lower()


def grants_of(folder: str) -> set[Grant]:
    """Every action and resource in the function's policies, its own and shared ones, one by one."""
    return {
        Grant(action, named(resource))
        for policy in _properties(functions()[folder])["Policies"]
        for statement in _statements(policy)
        if statement["Effect"] == "Allow"
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    }


def _statements(policy: Any) -> list[dict[str, Any]]:
    """Of a policy in the function's block, or of one that the block refers to."""
    document = _properties(policy.value)["PolicyDocument"] if isinstance(policy, Intrinsic) else policy
    found: list[dict[str, Any]] = document["Statement"]
    return found


def named(resource: Intrinsic | str) -> str:
    """A resource by its logical id, and the path under it."""
    if isinstance(resource, str):
        return resource
    text = str(resource.value)
    if resource.name == "Sub" and text.startswith("arn:"):
        return text.rpartition("}-")[2]
    return text.replace("${", "").replace("}", "").replace(".StreamArn", "/stream").replace(".Arn", "")


def _listed(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, list) else [value]
