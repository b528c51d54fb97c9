"""`leadbell confirm LINK`: confirms an inbox so that only this AWS account can unsubscribe it."""

from typing import Annotated

import typer

from cli.context import Context, changes_stack
from cli.errors import CommandError
from cli.options import AsJson
from cli.printing import print_json
from cli.service import Service
from cli.subscriptions import confirm_signed, read_link
from leadbell.sales.inboxes import expected


@changes_stack
def confirm(
    context: Context,
    links: Annotated[
        list[str],
        typer.Argument(metavar="LINK...", help="The confirmation link in the mail from AWS, in quotation marks."),
    ],
    as_json: AsJson = False,
) -> None:
    """Confirm an inbox with the link from AWS's mail, without opening the link.

    The inbox then receives alerts, and nobody can unsubscribe it from a forwarded mail.
    """
    service = context.service
    names = {topic: name for name, topic in _topics(service).items()}
    found = [read_link(link, str(service.stack.session.region_name)) for link in links]
    for topic, _ in found:
        if topic not in names:
            raise CommandError(
                f"The link is for {topic}, which does not belong to the stack {service.stack.name}.",
                "Name the stack that the mail came from: --stack-name NAME --region REGION.",
            )
    sns = service.stack.client("sns")
    done = [{"inbox": names[topic], "subscription": confirm_signed(sns, topic, token)} for topic, token in found]
    if as_json:
        print_json(done)
        return
    for each in done:
        typer.echo(f"Confirmed: {each['inbox']}. Only this AWS account can unsubscribe it.")


def _topics(service: Service) -> dict[str, str]:
    inboxes = expected(service.reps.all(), service.stack.output("DefaultInboxTopicArn"))
    return {**inboxes, "alarms": service.stack.output("AlarmTopicArn")}
