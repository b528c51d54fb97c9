"""`leadbell test-alert`: one mail down the same way as a real alert, to see that it arrives."""

from typing import Annotated

import typer

from cli.context import Context, changes_stack
from cli.errors import CommandError
from cli.service import Service
from leadbell.errors import Unavailable
from leadbell.outbox.mail import Mail
from leadbell.outbox.sns import Courier
from leadbell.wording import when


@changes_stack
def test_alert(
    context: Context,
    rep: Annotated[str, typer.Option(help="Id of a rep. Without it: the default inbox.")] = "",
) -> None:
    """Send a test alert to the default inbox, or to a rep."""
    service = context.service
    at = context.now()
    topic = _topic(service, rep)
    courier = Courier(service.stack.client("sns", retries={"total_max_attempts": 1}), topic)
    if not courier.has_reader(topic, at):
        raise CommandError("Nobody has confirmed an address there, so nobody would read it.", "See leadbell status.")
    body = f"This is a test, sent on {when(at)} with leadbell test-alert.\nReal alerts come the same way.\n"
    try:
        courier.publish(topic, Mail("Test alert: this is where sales leads will arrive", body), [])
    except Unavailable as error:
        raise CommandError(f"{error}.") from error
    typer.echo(f"Sent to {', '.join(courier.readers(topic))}.")


def _topic(service: Service, rep: str) -> str:
    if not rep:
        return service.stack.output("DefaultInboxTopicArn")
    known = {each.id: each.topic_arn for each in service.reps.all()}
    if rep not in known:
        raise CommandError(f"There is no rep {rep}.", f"Reps: {', '.join(sorted(known)) or 'none'}.")
    return known[rep]
