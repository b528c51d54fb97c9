"""Arguments and options that several commands have."""

from typing import Annotated

import typer

STACK_VARIABLE = "LEADBELL_STACK"
REGION_VARIABLE = "AWS_REGION"

_PANEL = "Which stack"

StackName = Annotated[
    str | None,
    typer.Option(
        envvar=STACK_VARIABLE, rich_help_panel=_PANEL, help="Name of a stack on AWS. Default: the local stack."
    ),
]
Region = Annotated[
    str | None,
    # boto3 itself knows AWS_DEFAULT_REGION alone; the AWS CLI and SAM know this one too, and it comes first.
    typer.Option(
        envvar=REGION_VARIABLE,
        rich_help_panel=_PANEL,
        help="AWS region of the stack. Default: the AWS CLI's default.",
    ),
]
Profile = Annotated[
    str | None,
    # Not read from AWS_PROFILE here: keys in the environment go before that, but not before a profile that is named.
    typer.Option(rich_help_panel=_PANEL, help="Profile of your AWS configuration. Default: AWS_PROFILE."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Who = Annotated[
    str,
    typer.Argument(
        metavar="EMAIL", help="E-mail address of the contact, a phone number such as +46701234567, or its id."
    ),
]
