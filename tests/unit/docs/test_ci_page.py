"""docs/how-to/deploy-from-ci.md: its policies are read by AWS as they stand, and cover what the template makes."""

import json
import re
from typing import Any

from ruamel.yaml import YAML

from tests.unit.docs.pages import DOCS, ROOT, blocks, template, text

PAGE = DOCS / "how-to/deploy-from-ci.md"
POLICIES = [json.loads(block) for block in blocks(PAGE, "json")]
# What the policies call the services of the template's resources, where it is not the service's name in lower case.
CALLED = {"ApiGatewayV2": "apigateway", "Serverless": "lambda"}
# What SAM makes of a function, its routes and its schedule, besides what stands in the template.
MADE_BY_SAM = {"iam", "lambda", "apigateway", "scheduler"}


def actions(policy: Any) -> set[str]:
    return {action for statement in policy["Statement"] for action in statement["Action"]}


def test_the_policies_are_statements_that_allow_something() -> None:
    assert len(POLICIES) == 4
    for policy in POLICIES:
        assert policy["Version"] == "2012-10-17"
        assert all(statement["Effect"] == "Allow" for statement in policy["Statement"])


def test_the_role_of_cloudformation_may_make_each_kind_of_resource() -> None:
    made = {resource["Type"].split("::")[1] for resource in template("Resources").values()}
    needed = {CALLED.get(service, service.lower()) for service in made} | MADE_BY_SAM
    allowed = {action.partition(":")[0] for action in actions(POLICIES[1])}
    assert needed <= allowed
    assert allowed - {"cloudformation"} <= needed


def test_neither_role_may_do_everything_with_every_resource() -> None:
    for policy in POLICIES[1], POLICIES[3]:
        for statement in policy["Statement"]:
            assert statement["Resource"] != "*" or not any(action.endswith("*") for action in statement["Action"])
            assert "*" not in statement["Action"]


def test_a_template_may_change_neither_of_the_two_roles() -> None:
    changed = [str(each["Resource"]) for each in POLICIES[1]["Statement"] if "iam:PutRolePolicy" in each["Action"]]
    assert changed == ["arn:aws:iam::111122223333:role/leadbell-*"]
    assert not any(name.startswith("leadbell-") for name in re.findall(r"--role-name (\S+)", text(PAGE)))


def test_the_workflow_may_only_use_the_two_roles_that_the_page_makes() -> None:
    (workflow,) = (YAML(typ="safe").load(block) for block in blocks(PAGE, "yaml"))
    steps = workflow["jobs"]["deploy"]["steps"]
    made = set(re.findall(r"--role-name (\S+)", text(PAGE)))
    assert {re.findall(r":role/([\w-]+)", str(step))[0] for step in steps[1:]} == made
    assert workflow["permissions"] == {"id-token": "write", "contents": "read"}
    (passed,) = (each for each in POLICIES[3]["Statement"] if each["Action"] == ["iam:PassRole"])
    assert passed["Resource"].endswith(":role/ci-leadbell-cloudformation")
    assert "ROLE" in (ROOT / "Makefile").read_text(encoding="utf-8")
