"""`leadbell confirm LINK`: confirms an inbox so that the unsubscribe link in its mails works for nobody but us."""

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
        list[str], typer.Argument(metavar="LINK...", help="The link to confirm in AWS's mail, copied and in quotes.")
    ],
    as_json: AsJson = False,
) -> None:
    """Confirm an inbox by the link in AWS's mail, without opening it: then a forwarded mail cannot unsubscribe it."""
    service = context.service
    names = {topic: name for name, topic in _topics(service).items()}
    found = [read_link(link, str(service.stack.session.region_name)) for link in links]
    for topic, _ in found:
        if topic not in names:
            raise CommandError(
                f"The link is for {topic}, which is no topic of {service.stack.name}.",
                "Check --stack-name and --region.",
            )
    sns = service.stack.client("sns")
    done = [{"inbox": names[topic], "subscription": confirm_signed(sns, topic, token)} for topic, token in found]
    if as_json:
        print_json(done)
        return
    for each in done:
        typer.echo(f"{each['inbox']} is confirmed; only this AWS account can unsubscribe it.")


def _topics(service: Service) -> dict[str, str]:
    inboxes = expected(service.reps.all(), service.stack.output("DefaultInboxTopicArn"))
    return {**inboxes, "alarms": service.stack.output("AlarmTopicArn")}
