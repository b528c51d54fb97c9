"""Print template.yaml as JSON, as written and as SAM's own translator expands it for CloudFormation.

A program of its own because the translator wants another pydantic than the layer does: it runs with the Python of
.tools/emulator, where the translator is installed anyway.
"""

import copy
import json
import sys
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


written = yaml_parse(Path(sys.argv[1]).read_text())
print(json.dumps({"written": written, "expanded": transform(uploaded(written), {}, NoManagedPolicies())}))
