"""A person erased: nothing is left but when, two numbers that keep keys from being used a second time, and that they
objected to profiling or left the newsletter, if they did: all under a keyed hash.

1. Browsers that are theirs, and that nobody has looked at yet, become theirs.
2. One transaction decides. It puts the time of erasing in the standing's place, on condition of its version, so a
   worker that read the contact before starts over and finds nobody; and it takes the mails with it, so none of them can
   be claimed any more.
3. What follows only tidies up: quarantined submissions and their files go, their browsers are forgotten, mails about
   others name them no more, and last their own items go, with all that they typed. Facts of before are ignored by
   then, whatever stops the rest. Erasing again finishes it.

A request that a door took in just before may store what it brought just after: its text, its fact, its files. `finish`
is for when all of these have ended: it deletes what they left, and nothing of whoever came back since.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from leadbell.capture.quarantine import held_of
from leadbell.consents import is_kept_no, noes_to_keep
from leadbell.contacts.items import fact_item, fact_of, partition
from leadbell.contacts.parking import Parking
from leadbell.contacts.privacy_requests import unlisted
from leadbell.contacts.standing_items import standing_in, standing_of
from leadbell.contacts.store import Contacts
from leadbell.contacts.texts import Text, Texts, is_text, text_of
from leadbell.contacts.visitors import Visitors
from leadbell.events import REQUESTED, Fact, event_key
from leadbell.lifecycle.standing import Standing
from leadbell.outbox.mail import MailState, is_visitor_mail
from leadbell.outbox.sales_outbox import Outbox, is_letter, mail_of
from leadbell.sales import colleague_index, perhaps_same
from leadbell.sales.perhaps_same import Likeness, Likenesses
from leadbell.table import Item, Table, Write, delete_write, moment, put_write, retry_conflicts

# A transaction holds a hundred writes. Of more mails than this about one person most have been sent, and none of those
# can be claimed any more: the others go first.
MAILS_AT_ONCE = 90
GONE = (MailState.SENT, MailState.CLAIMED, MailState.UNKNOWN)
# A request may run so long after it was taken in. What was stored within that time belongs to requests that have ended
# after twice of it, so that then a file without a fact is nobody's.
DOOR = timedelta(seconds=20)
ALL_ENDED = 2 * DOOR
_SAME_KEY_AGAIN = ("PROFILE", "SNAPSHOT")  # a contact that starts anew writes these under the same key


@dataclass(frozen=True, slots=True)
class Erased:
    """What was deleted: the contact's own `items` as they were, and how many things beside them. `named_in` are the
    mails about others that had a line about them, each as it was. `alike` are perhaps the same person, and not erased.
    """

    contact_id: str
    at: datetime
    items: Sequence[Item]
    named_in: Sequence[Item]
    quarantined: int = 0
    files: int = 0
    alike: Sequence[Likeness] = ()

    @property
    def facts(self) -> int:
        """How many facts."""
        return sum("happened_at" in item and not _is_kept_no(item) for item in self.items)

    @property
    def moves(self) -> int:
        """How many moves along the ladder."""
        return len(_under("TRANSITION#", self.items))

    @property
    def visitors(self) -> int:
        """How many browsers."""
        return len({link["visitor"] for link in _under("LINK#", self.items)})

    @property
    def mails(self) -> list[Item]:
        """The mails to sales, with the state each was in: what was sent stays where it is."""
        return [item for item in self.items if is_letter(item["sk"])]

    @property
    def visitor_mails(self) -> list[Item]:
        """The mails to the person, likewise."""
        return [item for item in self.items if is_visitor_mail(item["sk"])]

    @property
    def gone_out(self) -> list[Item]:
        """The mails to sales that were sent, or may be on their way."""
        return [mail for mail in self.mails if mail["state"] in GONE]

    @property
    def named_in_gone_out(self) -> list[Item]:
        """The mails about others that were sent, or may be on their way, with a line about them."""
        return [mail for mail in self.named_in if mail["state"] in GONE]


class Files(Protocol):
    """The files that came with what people sent."""

    def delete(self, contact_id: str, until: datetime, spared: Collection[str]) -> int:
        """Deletes the contact's files stored until then, but not those of the spared facts; says how many."""


class NoFiles:
    """Where no file is kept."""

    def delete(self, contact_id: str, until: datetime, spared: Collection[str]) -> int:
        """Nothing to delete."""
        return 0


def erase(contacts: Contacts, contact_id: str, now: datetime, files: Files | None = None) -> Erased | None:
    """Erases all that happened until now; None where nothing was kept.

    Raises Conflict where others keep writing, Unavailable where the table does not answer: then it is to be run again.
    """
    table = contacts.table
    is_aside = bool(held_of(table, contact_id, now.date()))
    alike = perhaps_the_same(table, contact_id)
    _claim_browsers(contacts, contact_id)
    decided = retry_conflicts(partial(_decide, table, contact_id, now, is_aside=is_aside))
    at, items = decided or (now, [])
    quarantined = len(_delete_aside(table, contact_id, at))
    deleted_files = (files or NoFiles()).delete(contact_id, at, ())
    if decided is None and not quarantined and not deleted_files:
        return None
    _forget_browsers(table, contact_id, _under("LINK#", items), at)
    named_in = _take_name_out_of(table, contact_id, _under("NAMED#", items))
    _delete(table, [item for item in items if not is_text(item["sk"])])
    _delete_texts(table, contact_id, [text_of(item) for item in _under("TEXT#", items)])
    Parking(table).release(contact_id)
    return Erased(contact_id, at, items, named_in, quarantined, deleted_files, alike)


def is_kept(table: Table, contact_id: str, now: datetime) -> bool:
    """Whether the table has something of the contact to erase; what an erasure itself leaves is nothing."""
    items = table.query(partition(contact_id), "")
    is_here = any("stage" in item if item["sk"] == "STANDING" else not _is_kept_no(item) for item in items)
    return is_here or bool(held_of(table, contact_id, now.date()))


def perhaps_the_same(table: Table, contact_id: str) -> tuple[Likeness, ...]:
    """Who is perhaps the same person, whether or not mails may say so: what is erased here is still kept there."""
    standing = standing_in(table.get(partition(contact_id), "STANDING"))
    return Likenesses(table).others(contact_id, standing.bookkeeping.marks)


def finish(contacts: Contacts, contact_id: str, at: datetime, now: datetime, files: Files | None = None) -> int:
    """Deletes what requests have stored that were under way when the contact was erased; says how many things.

    To be called `ALL_ENDED` after the erasure, or later.
    """
    texts = [text for text in Texts(contacts.table).all(contact_id) if text.received_at <= at + DOOR]
    late = [fact for fact in contacts.facts(contact_id) if fact.happened_at <= at]
    visitors = Visitors(contacts.table)
    for fact in late:
        if _browser(visitors, fact):
            retry_conflicts(partial(visitors.disown, contact_id, fact, at))
    contacts.delete(contact_id, late)
    aside = _delete_aside(contacts.table, contact_id, at)
    spared = {fact.id for fact in contacts.facts(contact_id)}
    spared |= {item["sk"] for item in held_of(contacts.table, contact_id, now.date())}
    nobodys = [text for text in texts if text.event_id not in spared]
    _delete_texts(contacts.table, contact_id, nobodys)
    gone = {fact.id for fact in late} | {item["sk"] for item in aside} | {text.event_id for text in nobodys}
    return len(gone) + (files or NoFiles()).delete(contact_id, at + DOOR, spared)


# ---- What is theirs --------------------------------------------------------------------------------------------------


def _claim_browsers(contacts: Contacts, contact_id: str) -> None:
    """A browser that a form names, and that nobody has looked at yet, is theirs, and goes with them."""
    visitors, erased_at = Visitors(contacts.table), contacts.standing(contact_id).erased_at
    for fact in contacts.facts(contact_id):
        is_open = fact.undecided or fact.type == REQUESTED
        if not is_open or not (visitor := _browser(visitors, fact)):
            continue
        if erased_at is not None and fact.happened_at <= erased_at:
            retry_conflicts(partial(visitors.disown, contact_id, fact, erased_at))
        else:
            retry_conflicts(partial(visitors.claim, contact_id, visitor, fact))


def _browser(visitors: Visitors, fact: Fact) -> str:
    """The browser that a fact names; not that of a signup which nobody confirmed, where somebody else has it."""
    visitor = str(fact.fields.get("visitor", ""))
    return "" if visitor and fact.type == REQUESTED and visitors.is_held(visitor) else visitor


# ---- The transaction that decides ------------------------------------------------------------------------------------


def _decide(table: Table, contact_id: str, now: datetime, *, is_aside: bool) -> tuple[datetime, list[Item]] | None:
    """Makes it so; gives when, and the items that are to go. None where nothing is kept, here or aside."""
    pk = partition(contact_id)
    stands = table.get(pk, "STANDING")
    before = standing_of(stands) if stands else Standing()
    at = max(now, before.erased_at or now)
    items = [item for item in table.query(pk, "") if item["sk"] != "STANDING"]
    to_go = [item for item in items if _happened_until(item, at, items)]
    if all(_is_kept_no(item) for item in to_go) and not is_aside and (stands is None or "stage" not in stands):
        return None
    writes = [
        Contacts(table).erased(contact_id, before, at),
        *colleague_index.forgotten(contact_id, before),
        *perhaps_same.forgotten(contact_id, before),
        *unlisted(contact_id, before),
    ]
    writes += [delete_write(pk, item["sk"]) for item in to_go if item["sk"] in _SAME_KEY_AGAIN]
    writes += _noes_kept(pk, before, to_go, at)
    table.transact([*writes, *_mails_deleted(to_go)])
    return at, to_go


def _happened_until(item: Item, at: datetime, items: Sequence[Item]) -> bool:
    """All but the facts of later, what was typed for them, and the stubs that lead to them."""
    if "moved" in item:
        item = next((other for other in items if other["sk"] == item["moved"]), item)
    happened = item["received_at"] if is_text(item["sk"]) else item.get("happened_at")
    return happened is None or moment(happened) <= at


def _noes_kept(pk: str, before: Standing, to_go: Sequence[Item], at: datetime) -> list[Write]:
    """That they said no, filed as if they said it just now: a list imported later, or a form, brings nothing back."""
    facts = [fact_of(item) for item in to_go if "happened_at" in item]
    since = before.erased_at
    kept = noes_to_keep([fact for fact in facts if since is None or fact.happened_at > since], at)
    return [put_write({"pk": pk, "sk": event_key(fact.day, fact.id), **fact_item(fact)}) for fact in kept]


def _is_kept_no(item: Item) -> bool:
    """Whether it is what an earlier erasure left."""
    return is_kept_no(str(item.get("id", "")))


def _mails_deleted(items: Sequence[Item]) -> list[Write]:
    """Each in the state it was read in, so that the report is true."""
    mails = [item for item in items if is_letter(item["sk"]) or is_visitor_mail(item["sk"])]
    mails.sort(key=lambda mail: mail["state"] == MailState.SENT)
    return [
        delete_write(mail["pk"], mail["sk"], "#state = :seen", {":seen": mail["state"]})
        for mail in mails[:MAILS_AT_ONCE]
    ]


# ---- What only tidies up ---------------------------------------------------------------------------------------------


def _delete_aside(table: Table, contact_id: str, at: datetime) -> list[Item]:
    """Deletes what is in quarantine from before then; gives it."""
    held = [item for item in held_of(table, contact_id, at.date()) if moment(item["at"]) <= at]
    _delete(table, held)
    return held


def _delete_texts(table: Table, contact_id: str, texts: Sequence[Text]) -> None:
    """Each as it was read: who came back meanwhile may have sent the same once more."""
    for text in texts:
        Texts(table).delete(contact_id, text.event_id, text.received_at)


def _forget_browsers(table: Table, contact_id: str, links: Sequence[Item], at: datetime) -> None:
    for link in links:
        retry_conflicts(partial(Visitors(table).forget, contact_id, link, at))


def _take_name_out_of(table: Table, contact_id: str, named: Sequence[Item]) -> list[Item]:
    """The mails of colleagues that name them; gives those that did, as they were."""
    mails = [retry_conflicts(partial(_take_name_out, table, contact_id, item)) for item in named]
    return [mail for mail in mails if mail is not None]


def _take_name_out(table: Table, contact_id: str, named: Item) -> Item | None:
    """The mail of a colleague names somebody less; who has it in the inbox keeps it. Gives the mail as it was."""
    pk, _, sk = named["sk"].removeprefix("NAMED#").partition("|")
    letter = table.get(pk, sk)
    if letter is None or contact_id not in (mail := mail_of(letter)).named:
        return None
    if (without := mail.without(contact_id)) != mail:
        Outbox(table).amend(letter, without)
    return letter


def _delete(table: Table, items: Sequence[Item]) -> None:
    for item in items:
        table.delete(item["pk"], item["sk"])


def _under(prefix: str, items: Sequence[Item]) -> list[Item]:
    """The items whose sort key starts so."""
    return [item for item in items if item["sk"].startswith(prefix)]
