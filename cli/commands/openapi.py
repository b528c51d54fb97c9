"""`leadbell openapi`: the doors as an OpenAPI document, for those who write clients or try everything out."""

from importlib.metadata import version
from typing import Annotated

import typer

from cli.local.project import find_checkout
from cli.openapi import document, routes_of
from cli.printing import print_json
from cli.service import Service
from cli.stack import Profile, Region, StackName, connect
from leadbell.forms.config import PACKAGED


def openapi(
    packaged: Annotated[bool, typer.Option("--packaged", help="With the forms that ship with Leadbell.")] = False,
    stack_name: StackName = None,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Print the doors and the forms in force as an OpenAPI document (JSON)."""
    routes = routes_of(find_checkout() / "template.yaml")
    if packaged:
        made = document(routes, PACKAGED, version("leadbell"))
    else:
        stack = connect(stack_name, region, profile)
        forms = Service(stack).active_forms
        made = document(routes, forms, version("leadbell"), "" if stack.endpoint_url else stack.output("ApiUrl"))
    print_json(made)
