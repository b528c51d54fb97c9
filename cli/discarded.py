"""What Lambda leaves in the failure bucket: a batch of stream records that a function failed to process.

An object's key is `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/<time>-<random>`; its `payload` is the whole event, which
only a bucket gets: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadbell.identity import contact_of
from leadbell.outbox.mail import is_visitor_mail
from leadbell.outbox.sales_outbox import is_letter

PREFIX = "aws/lambda/"

# As many as a function processes at once with time to spare, since a batch may be here because it took too long.
AT_ONCE = {"ScoreFunction": 10, "NotifyFunction": 3}

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Discarded:
    """A batch, by the function that has to process it. Contacts and mails are named by their ids."""

    records: Mapping[str, Sequence[Record]]
    contacts: frozenset[str]
    mails: frozenset[str]


class Unreadable(Exception):
    """The object is not what Lambda writes; the message says what is wrong."""


def read_discarded(body: bytes) -> Discarded:
    """The batch in an object; raises Unreadable where one record of it is not one of ours."""
    try:
        payload = json.loads(body)["payload"]
        event = json.loads(payload) if isinstance(payload, str) else payload
        keys = [(record, _key(record)) for record in event["Records"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"it contains no stream records ({type(error).__name__})") from error
    records: dict[str, list[Record]] = {}
    for record, (_, sk) in keys:
        records.setdefault(_function(sk), []).append(record)
    contacts = frozenset(contact_of(pk) for _, (pk, sk) in keys if not _is_mail(sk))
    mails = frozenset(f"{pk}|{sk}" for _, (pk, sk) in keys if _is_mail(sk))
    return Discarded(records, contacts, mails)


def _key(record: Record) -> tuple[str, str]:
    told = record["dynamodb"]
    if not told["SequenceNumber"]:
        raise ValueError("a record without a number")
    return told["Keys"]["pk"]["S"], told["Keys"]["sk"]["S"]


def _is_mail(sk: str) -> bool:
    """Whether it is of a mail, to sales or to a visitor."""
    return is_letter(sk) or is_visitor_mail(sk)


def _function(sk: str) -> str:
    if sk.startswith("EVENT#"):
        return "ScoreFunction"
    if _is_mail(sk):
        return "NotifyFunction"
    raise Unreadable("it contains a record of another kind")
