"""Runs each minute and processes everything that is due, whatever stream records were lost: pending facts, timers of
contacts, parked contacts, mails to retry and receipts. Once a day it checks that each inbox has a reader. Two sweeps at
once are safe, because a condition in the table decides each piece of work. What fails stays due for the next minute.
"""

from collections.abc import Callable
from functools import cache
from time import sleep
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from leadbell.clients import make_client, stream_config
from leadbell.clock import new_secret, now
from leadbell.contacts.parking import Parking
from leadbell.contacts.store import Contacts
from leadbell.contacts.texts import Texts
from leadbell.errors import Unavailable
from leadbell.observability import log
from leadbell.outbox.pacing import Pace
from leadbell.outbox.sales_delivery import Delivery
from leadbell.outbox.sales_outbox import Outbox
from leadbell.outbox.sns import Courier, Receipts, one_attempt
from leadbell.outbox.their_words import in_mails
from leadbell.outbox.visitor_delivery import VisitorDelivery
from leadbell.outbox.visitor_outbox import VisitorOutbox
from leadbell.qualify.refresh import Refresher
from leadbell.qualify.sweep import Sweep
from leadbell.sales.inboxes import Inboxes
from leadbell.sales.reps import Reps
from leadbell.scoring.published import CachedModels
from leadbell.secret import keyring
from leadbell.settings import SweepSettings
from leadbell.table import Table

settings = SweepSettings.from_env()
table = Table(make_client("dynamodb", stream_config()), settings.table_name)
keys = keyring(table, new_secret)
refresher = Refresher(Contacts(table), Reps(table), CachedModels(table), keys, settings.public_url)
courier = Courier(make_client("sns", one_attempt()), settings.default_inbox_topic_arn)
delivery = Delivery(Outbox(table, in_mails(Texts(table).read)), courier, Pace(table, keys))
receipts = Receipts(make_client("sqs", stream_config()), settings.receipt_queue_url)


@cache
def ses() -> Any:
    """Made for the first mail to a visitor: it takes long to make, and alerts should not wait for it."""
    return make_client("sesv2", one_attempt())


about = (settings.sender_email, keys, settings.public_url, settings.brand, settings.first_mails_per_day)
visitor_delivery = VisitorDelivery(VisitorOutbox(table), ses, *about)
sweep = Sweep(table, refresher, Parking(table), delivery, receipts, visitor_delivery)
inboxes = Inboxes(table, Reps(table), courier)


def unread_inboxes(seconds_left: Callable[[], float]) -> tuple[str, ...] | None:
    """The inboxes without a confirmed address; None where that could not be checked."""
    try:
        return inboxes.check(now(), seconds_left)
    except Unavailable as error:
        log.warning(inboxes_not_checked=str(error))
        return None


@log.one_line
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """The function's entry."""
    keys.ensure(now())
    report = sweep.run(now, lambda: context.get_remaining_time_in_millis() / 1000, sleep)
    unread = unread_inboxes(lambda: context.get_remaining_time_in_millis() / 1000)
    attention = report.needs_attention + len(unread or ())
    note = log.warning if attention else log.note
    note(**report.counts(), needs_attention=attention, unread_inboxes=list(unread or ()))
    log.figure("OldestDueSeconds", "Seconds", report.oldest_due_seconds)
    log.figure("Healed", "Count", report.healed)
    # A zero says that all is well, so it is not written when that is not known.
    if attention or unread is not None:
        log.figure("NeedsAttention", "Count", attention)
    return report.counts()
