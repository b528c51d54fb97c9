"""`leadbell openapi`: the public API as an OpenAPI document, for clients and API tools."""

from importlib.metadata import version
from typing import Annotated

import typer

from cli.context import Context, reads_stack
from cli.local.project import find_checkout
from cli.openapi import document, routes_of
from cli.printing import print_json
from leadbell.forms.config import PACKAGED


@reads_stack
def openapi(
    context: Context,
    packaged: Annotated[
        bool, typer.Option("--packaged", help="Use the forms that ship with Leadbell; needs no stack.")
    ] = False,
) -> None:
    """Print the API with the published forms as an OpenAPI document (JSON). Changes nothing."""
    routes = routes_of(find_checkout() / "template.yaml")
    if packaged:
        made = document(routes, PACKAGED, version("leadbell"))
    else:
        stack = context.stack
        url = "" if stack.is_local else stack.output("ApiUrl")
        made = document(routes, context.service.active_forms, version("leadbell"), url)
    print_json(made)
