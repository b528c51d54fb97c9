"""What a mail to sales is, apart from what it says."""

from dataclasses import dataclass

# SNS refuses a subject of 100 characters or more; ours stay well under it.
MAX_SUBJECT = 90


@dataclass(frozen=True, slots=True)
class Mail:
    """One plain-text mail."""

    subject: str
    body: str
