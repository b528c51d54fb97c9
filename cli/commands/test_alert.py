"""`leadbell test-alert`: one mail, sent the same way as a real alert."""

from typing import Annotated

import typer

from cli.context import Context, changes_stack
from cli.errors import CommandError
from leadbell.formats import short_time
from leadbell.outbox.mail import Mail
from leadbell.outbox.sns import Courier


@changes_stack
def test_alert(
    context: Context,
    rep: Annotated[str, typer.Option(help="Id of a rep. Default: the default inbox.")] = "",
) -> None:
    """Send a test alert to the default inbox, or to a rep. Stores nothing."""
    service = context.service
    at = context.now()
    topic = service.reps.named(rep).topic_arn if rep else service.stack.output("DefaultInboxTopicArn")
    courier = Courier(service.stack.client("sns", retries={"total_max_attempts": 1}), topic)
    if not courier.has_reader(topic, at):
        raise CommandError(
            "This inbox has no confirmed address, so nobody would get the mail.",
            "Run `leadbell status`: it shows the command to confirm one.",
        )
    body = f"This is a test, sent on {short_time(at)} with leadbell test-alert.\nReal alerts arrive the same way.\n"
    courier.publish(topic, Mail("Test alert: sales leads will arrive here", body), [])
    typer.echo(f"Sent to {', '.join(courier.readers(topic))}.")
