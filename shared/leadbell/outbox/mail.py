"""A mail to sales or to a visitor, apart from its content."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# SNS refuses a subject of 100 characters or more; ours stay well under it.
MAX_SUBJECT = 90

# How the sort keys of mails to visitors start.
TO_VISITORS = "MAIL#"

# How long one claim holds. Timeouts nest: one call to SNS or SES (5 s) < the function (20 s) < the lease (60 s) < what
# SNS needs to hand out a receipt.
LEASE = timedelta(seconds=60)
# When a mail is looked at again: one that may go at once, and one for which somebody has to change something first.
RETRY_AFTER = timedelta(minutes=1)
BLOCKED_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Mail:
    """One plain-text mail."""

    subject: str
    body: str


class MailState(StrEnum):
    """How far a mail is, as stored with it; `sales_outbox` and `visitor_outbox` say what follows what."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"
    DROPPED = "dropped"


def was_missed(state: MailState, attempts: int, born_at: datetime, now: datetime) -> bool:
    """Whether the sweep's first look at a mail finds it as it was born, so `notify` never tried it.

    One that was blocked meanwhile is pending again after the sweep's second look at the earliest.
    """
    return state is MailState.PENDING and attempts == 0 and now - born_at < 2 * RETRY_AFTER


def is_visitor_mail(sk: str) -> bool:
    """Whether a sort key is that of a mail to a visitor."""
    return sk.startswith(TO_VISITORS)
