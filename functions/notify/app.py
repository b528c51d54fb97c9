"""Sends each new mail of the table's stream once: to the rep's topic, or by SES to the visitor. One that cannot be sent
now stays in the table with the time of its next try, and `sweep` sends it. A record fails only if the table does not
answer: the batch then reports its lowest unfinished record."""

from datetime import timedelta
from functools import cache
from time import sleep
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from leadbell.clients import make_client, stream_config
from leadbell.clock import new_secret, now
from leadbell.contacts.texts import Texts
from leadbell.errors import Conflict, Unavailable
from leadbell.identity import contact_of
from leadbell.observability import log
from leadbell.outbox.mail import MailState, is_visitor_mail
from leadbell.outbox.pacing import PACE, Pace
from leadbell.outbox.sales_delivery import Delivery
from leadbell.outbox.sales_outbox import Outbox
from leadbell.outbox.sns import Courier, one_attempt
from leadbell.outbox.their_words import in_mails
from leadbell.secret import keyring
from leadbell.settings import NotifySettings
from leadbell.table import Table

if TYPE_CHECKING:
    from leadbell.outbox.visitor_delivery import VisitorDelivery

# A mail that meets another on its way to the same reader waits this often; not in a crowd, which the sweep gathers.
TURNS_WAITED = 3
CROWDED = timedelta(seconds=5)

settings = NotifySettings.from_env()
table = Table(make_client("dynamodb", stream_config()), settings.table_name)
keys = keyring(table, new_secret)
outbox = Outbox(table, in_mails(Texts(table).read))
courier = Courier(make_client("sns", one_attempt()), settings.default_inbox_topic_arn)
delivery = Delivery(outbox, courier, Pace(table, keys))


@cache
def visitor_delivery() -> "VisitorDelivery":
    """Loaded and made with the first mail to a visitor, for which alerts should not wait."""
    from leadbell.outbox.visitor_delivery import VisitorDelivery
    from leadbell.outbox.visitor_outbox import VisitorOutbox

    about = (settings.sender_email, keys, settings.public_url, settings.brand, settings.first_mails_per_day)
    return VisitorDelivery(VisitorOutbox(table), cache(lambda: make_client("sesv2", one_attempt())), *about)


def send(keys: dict[str, dict[str, str]]) -> None:
    """Sends the mail of a stream record, if it is still pending."""
    pk, sk = keys["pk"]["S"], keys["sk"]["S"]
    if is_visitor_mail(sk):
        log.add("mails", {"visitor": contact_of(pk), "outcome": visitor_delivery().deliver(pk, sk, now())})
        return
    letter = outbox.get(pk, sk)
    if letter is None or letter.state is not MailState.PENDING:
        return
    outcome = delivery.deliver([letter], now)
    for _ in range(TURNS_WAITED):
        if outcome == "waiting" and now() - letter.born_at < CROWDED:
            sleep(PACE.total_seconds())
            outcome = delivery.deliver([letter], now)
    log.add("mails", {"number": letter.number, "heard": letter.heard, "outcome": outcome})


@log.one_line
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The function's entry."""
    log.note(records=len(event["Records"]))
    for record in event["Records"]:
        try:
            send(record["dynamodb"]["Keys"])
        except (Unavailable, Conflict) as error:
            log.warning(left_for_redelivery=str(error))
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}
