"""What a mail is, to sales or to a visitor, apart from what it says."""

from dataclasses import dataclass
from enum import StrEnum

# SNS refuses a subject of 100 characters or more; ours stay well under it.
MAX_SUBJECT = 90


@dataclass(frozen=True, slots=True)
class Mail:
    """One plain-text mail."""

    subject: str
    body: str


class MailState(StrEnum):
    """How far a mail is, as stored with it; `sales_mails` and `visitor_delivery` say what follows what."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"
    DROPPED = "dropped"
