"""Adds to the deployed API what the emulator drops: ministack ignores the OpenAPI body that SAM writes for an HTTP API.

The routes are read from the deployed stack's processed template, so they are the very routes AWS would make.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from cli.errors import CommandError
from cli.local.ports import HOST
from cli.stack import Stack

API_TYPE = "AWS::ApiGatewayV2::Api"
ALIAS_IN_URI = re.compile(r"functions/\$\{(\w+)\}/invocations")
# ministack gives a new API the id in this tag; a stack's tags become those of all that it holds.
ID_TAG = "ms-custom-id"
ID = "1eadbe11"


@dataclass(frozen=True)
class Template:
    """The processed template of a deployed stack, with what its references stand for."""

    resources: Mapping[str, Any]
    parameters: Mapping[str, str]
    conditions: Mapping[str, Any]

    def the_api(self) -> tuple[str, Mapping[str, Any]]:
        """Logical id and OpenAPI body of the stack's HTTP API."""
        for logical_id, resource in self.resources.items():
            if resource["Type"] == API_TYPE:
                return logical_id, resource["Properties"]["Body"]
        raise CommandError("The deployed template has no HTTP API.", "Check template.yaml: make check")

    def value(self, expression: Any) -> Any:
        """Resolve the few functions of CloudFormation that a CORS setting may hold."""
        match expression:
            case {"Ref": "AWS::NoValue"}:
                return None
            case {"Ref": str(name)}:
                return self.parameters[name]
            case {"Fn::If": [str(condition), yes, no]}:
                return self.value(yes if self.value(self.conditions[condition]) else no)
            case {"Fn::Not": [inner]}:
                return not self.value(inner)
            case {"Fn::Equals": [left, right]}:
                return self.value(left) == self.value(right)
            case {"Fn::Split": [str(separator), text]}:
                return self.value(text).split(separator)
            case dict():
                return {key: self.value(inner) for key, inner in expression.items()}
            case list():
                return [self.value(inner) for inner in expression]
        return expression


def api_url(stack: Stack, port: int) -> str:
    """The API's address on this machine, also before the stack is there: an API keeps the id it was made with."""
    try:
        api_id = stack.resource("Api")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        api_id = ID
    # %24default and not $default: the address survives a pair of double quotes in a shell.
    return f"http://{HOST}:{port}/_aws/execute-api/{api_id}/%24default"


def complete_api(stack: Stack) -> None:
    """Create the missing routes and the CORS setting; safe to repeat."""
    template = read_template(stack)
    logical_id, body = template.the_api()
    api_id = stack.resource(logical_id)
    gateway = stack.client("apigatewayv2")
    make_routes(gateway, api_id, wanted_routes(stack, body))
    cors = template.value(body.get("x-amazon-apigateway-cors"))
    if cors is not None:
        gateway.update_api(ApiId=api_id, CorsConfiguration={name[0].upper() + name[1:]: cors[name] for name in cors})


def read_template(stack: Stack) -> Template:
    body = stack.client("cloudformation").get_template(StackName=stack.name, TemplateStage="Processed")["TemplateBody"]
    parameters = {item["ParameterKey"]: item["ParameterValue"] for item in stack.description.get("Parameters", [])}
    return Template(body["Resources"], parameters, body.get("Conditions", {}))


def wanted_routes(stack: Stack, body: Mapping[str, Any]) -> dict[str, str]:
    """Route key ("POST /forms/{form_id}") to the ARN of the function's alias."""
    routes: dict[str, str] = {}
    arns: dict[str, str] = {}
    for path, methods in body["paths"].items():
        for method, operation in methods.items():
            found = ALIAS_IN_URI.search(str(operation["x-amazon-apigateway-integration"]["uri"]))
            if found is None:
                raise CommandError(
                    f"The route {method.upper()} {path} does not lead to a function alias.",
                    "Check template.yaml: make check",
                )
            alias = found[1]
            if alias not in arns:
                arns[alias] = stack.resource(alias)
            key = "$default" if path.lstrip("/") == "$default" else f"{_verb(method)} {path}"
            routes[key] = arns[alias]
    return routes


def make_routes(gateway: Any, api_id: str, wanted: Mapping[str, str]) -> None:
    """Remove the routes that lead elsewhere or nowhere, create those that miss."""
    targets = {
        f"integrations/{item['IntegrationId']}": item["IntegrationUri"]
        for item in gateway.get_integrations(ApiId=api_id)["Items"]
    }
    present = set()
    for route in gateway.get_routes(ApiId=api_id)["Items"]:
        key, target = route["RouteKey"], targets.get(route["Target"])
        if key in wanted and wanted[key] == target:
            present.add(key)
        else:
            gateway.delete_route(ApiId=api_id, RouteId=route["RouteId"])
    by_function = {arn: target for target, arn in targets.items()}
    for key, arn in wanted.items():
        if key not in present:
            if arn not in by_function:
                by_function[arn] = _make_integration(gateway, api_id, arn)
            gateway.create_route(ApiId=api_id, RouteKey=key, Target=by_function[arn])


def _make_integration(gateway: Any, api_id: str, function_arn: str) -> str:
    made = gateway.create_integration(
        ApiId=api_id, IntegrationType="AWS_PROXY", IntegrationUri=function_arn, PayloadFormatVersion="2.0"
    )
    return f"integrations/{made['IntegrationId']}"


def _verb(method: str) -> str:
    return "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
