"""A person erased: nothing is left but when, and two numbers that keep keys from being used a second time.

The first transaction decides. It puts the time of erasing in the standing's place, on condition of its version, so a
worker that read the contact before starts over and finds nobody; and it takes the mails with it, so none of them can be
claimed any more. What follows only tidies up: facts of before are ignored by then, whatever stops the rest. Erasing
again finishes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leadbell.colleagues import without_line
from leadbell.company_book import forgotten
from leadbell.contacts import Contacts
from leadbell.errors import Conflict
from leadbell.lifecycle import Standing
from leadbell.outbox import is_letter
from leadbell.parking import Parking
from leadbell.records import partition, standing_of
from leadbell.table import Item, Table, Write, delete_write, moment, retry_conflicts
from leadbell.visitor_mails import is_visitor_mail
from leadbell.visitors import Visitors

# A transaction holds a hundred writes. More mails than this about one person have mostly gone out; those go first.
MAILS_AT_ONCE = 90
_SAME_KEY_AGAIN = ("PROFILE", "SNAPSHOT")  # a contact that starts anew writes these under the same key


@dataclass(frozen=True, slots=True)
class Erased:
    """What was deleted. `mails` are those to sales, `visitor_mails` those to the person, with the state each was in:
    what was sent stays where it is."""

    contact_id: str
    at: datetime
    facts: int
    moves: int
    mails: Sequence[Item]
    visitor_mails: Sequence[Item]
    named_in: int
    visitors: int

    @property
    def gone_out(self) -> list[Item]:
        """The mails that were sent, or may be on their way."""
        return [mail for mail in self.mails if mail["state"] in ("sent", "claimed", "unknown")]


def erase(contacts: Contacts, contact_id: str, now: datetime) -> Erased | None:
    """Erases all that happened until now; None where nothing was kept.

    Raises Conflict where others keep writing, Unavailable where the table does not answer: then it is to be run again.
    """
    table = contacts.table
    found = retry_conflicts(lambda: _decide(table, contact_id, now))
    if found is None:
        return None
    at, items = found
    links = [item for item in items if item["sk"].startswith("LINK#")]
    named = [item for item in items if item["sk"].startswith("NAMED#")]
    for link in links:
        retry_conflicts(lambda link=link: Visitors(table).forget(contact_id, link, at))  # type: ignore[misc]
    for item in named:
        retry_conflicts(lambda item=item: _take_name_out(table, contact_id, item))  # type: ignore[misc]
    for item in items:
        table.delete(item["pk"], item["sk"])
    Parking(table).release(contact_id)
    return Erased(
        contact_id,
        at,
        facts=sum("happened_at" in item for item in items),
        moves=sum(item["sk"].startswith("TRANSITION#") for item in items),
        mails=[item for item in items if is_letter(item["sk"])],
        visitor_mails=[item for item in items if is_visitor_mail(item["sk"])],
        named_in=len(named),
        visitors=len({link["visitor"] for link in links}),
    )


def _decide(table: Table, contact_id: str, now: datetime) -> tuple[datetime, list[Item]] | None:
    """Makes it so; gives when, and the items that are to go."""
    pk = partition(contact_id)
    stands = table.get(pk, "STANDING")
    before = standing_of(stands) if stands else Standing()
    at = max(now, before.erased_at or now)
    items = [item for item in table.query(pk, "") if item["sk"] != "STANDING"]
    gone = [item for item in items if _happened_until(item, at, items)]
    if not gone and (stands is None or "stage" not in stands):
        return None
    writes = [Contacts(table).erased(contact_id, before, at), *forgotten(contact_id, before)]
    writes += [delete_write(pk, item["sk"]) for item in gone if item["sk"] in _SAME_KEY_AGAIN]
    table.transact([*writes, *_mails(gone)])
    return at, gone


def _mails(items: Sequence[Item]) -> list[Write]:
    """Each in the state it was read in: what is told of it afterwards is true."""
    mails = sorted((item for item in items if _is_mail(item)), key=lambda mail: mail["state"] == "sent")
    still = [("#state = :seen", {":seen": mail["state"]}) for mail in mails]
    return [delete_write(mail["pk"], mail["sk"], *each) for mail, each in zip(mails, still, strict=True)][
        :MAILS_AT_ONCE
    ]


def _is_mail(item: Item) -> bool:
    return is_letter(item["sk"]) or is_visitor_mail(item["sk"])


def _happened_until(item: Item, at: datetime, items: Sequence[Item]) -> bool:
    """All but the facts of later, and the stubs that lead to them."""
    if "moved" in item:
        item = next((other for other in items if other["sk"] == item["moved"]), item)
    return "happened_at" not in item or moment(item["happened_at"]) <= at


def _take_name_out(table: Table, contact_id: str, named: Item) -> None:
    """The mail of a colleague names somebody less; who has it in the inbox keeps it."""
    pk, _, sk = named["sk"].removeprefix("NAMED#").partition("|")
    letter = table.get(pk, sk)
    if letter is None or contact_id not in letter.get("named", ()):
        return
    body = without_line(letter["body"], letter["named"].index(contact_id))
    values = {":body": body, ":seen": letter["body"]}
    if body != letter["body"] and not table.update(pk, sk, "SET body = :body", "body = :seen", values):
        raise Conflict("the mail was told anew just now")
