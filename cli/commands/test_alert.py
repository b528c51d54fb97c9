"""`leadbell test-alert`: one mail down the same way as a real alert, to see that it arrives."""

from typing import Annotated

import typer

from cli.context import Context, changes_stack
from cli.errors import CommandError
from leadbell.errors import Unavailable
from leadbell.formats import when
from leadbell.outbox.mail import Mail
from leadbell.outbox.sns import Courier


@changes_stack
def test_alert(
    context: Context,
    rep: Annotated[str, typer.Option(help="Id of a rep. Without it: the default inbox.")] = "",
) -> None:
    """Send a test alert to the default inbox, or to a rep."""
    service = context.service
    at = context.now()
    topic = service.reps.named(rep).topic_arn if rep else service.stack.output("DefaultInboxTopicArn")
    courier = Courier(service.stack.client("sns", retries={"total_max_attempts": 1}), topic)
    if not courier.has_reader(topic, at):
        raise CommandError("Nobody has confirmed an address there, so nobody would read it.", "See leadbell status.")
    body = f"This is a test, sent on {when(at)} with leadbell test-alert.\nReal alerts come the same way.\n"
    try:
        courier.publish(topic, Mail("Test alert: this is where sales leads will arrive", body), [])
    except Unavailable as error:
        raise CommandError(f"{error}.") from error
    typer.echo(f"Sent to {', '.join(courier.readers(topic))}.")
