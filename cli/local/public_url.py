"""Tells the functions the API's address on this machine.

The template can only know the address that AWS would give the API; on AWS that is the right one.
"""

from typing import Any

from cli.stack import Stack

VARIABLE = "PUBLIC_URL"


def tell_functions(stack: Stack, api_url: str) -> None:
    """Set the address in each function that has the variable; untouched (and warm) where it is right already."""
    client = stack.client("lambda")
    for page in client.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            _tell(client, function, api_url)


def _tell(client: Any, function: dict[str, Any], api_url: str) -> None:
    variables = function.get("Environment", {}).get("Variables", {})
    if variables.get(VARIABLE, api_url) != api_url:
        client.update_function_configuration(
            FunctionName=function["FunctionName"], Environment={"Variables": variables | {VARIABLE: api_url}}
        )
