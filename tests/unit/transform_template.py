"""Print template.yaml as JSON, as written and as SAM's own translator expands it for CloudFormation.

A program of its own because the translator wants another pydantic than the layer does: it runs with the Python of
.tools/emulator, where the translator is installed anyway.
"""

import copy
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    """Stands in for the look-up of AWS's own policies in an account; the template names the only one by its ARN."""

    def load(self) -> dict[str, str]:
        return {}


def uploaded(template: dict[str, Any]) -> dict[str, Any]:
    """The template as `sam deploy` sends it: code is in S3 by then, and the translator insists on that."""
    copied = copy.deepcopy(template)
    for resource in copied["Resources"].values():
        for name in {"CodeUri", "ContentUri"} & resource.get("Properties", {}).keys():
            resource["Properties"][name] = "s3://bucket/key"
    return copied


def expanded(template: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = transform(template, {}, NoManagedPolicies())
    return result


def versions(template: dict[str, Any]) -> dict[str, str]:
    """Each function's version; CloudFormation publishes one whenever this id is new."""
    resources = expanded(template)["Resources"]
    return {
        resource["Properties"]["FunctionName"]["Ref"]: name
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Lambda::Version"
    }


def change_code(resources: dict[str, Any]) -> None:
    resources["FormsFunction"]["Properties"]["CodeUri"] = "s3://bucket/other"


def change_layer(resources: dict[str, Any]) -> None:
    resources["LeadbellLayer"]["Properties"]["ContentUri"] = "s3://bucket/other"


def change_variable(resources: dict[str, Any]) -> None:
    resources["FormsFunction"]["Properties"]["Environment"]["Variables"]["SITE_ORIGINS"] = "https://other.example"


def published(written: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> list[str]:
    """The functions that get a new version by a change."""
    before, changed = versions(uploaded(written)), uploaded(written)
    change(changed["Resources"])
    after = versions(changed)
    return sorted(function for function in before if before[function] != after[function])


written = yaml_parse(Path(sys.argv[1]).read_text())
changes = {"code": change_code, "layer": change_layer, "variable": change_variable}
told = {
    "written": written,
    "expanded": expanded(uploaded(written)),
    "published": {name: published(written, change) for name, change in changes.items()},
}
print(json.dumps(told))
