"""`leadbell adopt`: a new stack takes over what an uninstalled one left."""

from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import ClientError

from cli.adopting import adopt as adopt_into
from cli.context import Context, changes_stack
from cli.errors import CommandError

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


@changes_stack
def adopt(
    context: Context,
    table: Annotated[str, typer.Option(help="Name of the table.")],
    asset_bucket: Annotated[str, typer.Option(help="Bucket of the files to download.")],
    attachment_bucket: Annotated[str, typer.Option(help="Bucket of the files sent with forms.")],
    failure_bucket: Annotated[str, typer.Option(help="Bucket of failed records.")],
) -> None:
    """Create a stack from the table and buckets that an uninstalled one left. Then deploy it.

    Run it in the checkout of the version that was deployed last. Changes no data.
    """
    stack = context.stack
    if _is_there(context):
        raise CommandError(
            f"There is a stack {stack.name} already.",
            "Choose a name that is free, with --stack-name, or deploy to that one without its table.",
        )
    kept = {
        "Table": table,
        "AssetBucket": asset_bucket,
        "AttachmentBucket": attachment_bucket,
        "FailureBucket": failure_bucket,
    }
    adopt_into(stack, TEMPLATE.read_text(encoding="utf-8"), kept)
    typer.echo(f"The stack {stack.name} holds them. Deploy the rest: {stack.deploy} EMAIL=you@example.com")


def _is_there(context: Context) -> bool:
    try:
        found = context.stack.client("cloudformation").describe_stacks(StackName=context.stack.name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return False
    return any(each["StackStatus"] not in ("DELETE_COMPLETE", "REVIEW_IN_PROGRESS") for each in found)
