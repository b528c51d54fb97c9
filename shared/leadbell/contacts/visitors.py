"""Visitors who became contacts: which contact the page views of a browser belong to, from when until when.

A browser keeps an id of its own. The reports of its pages are stored under that visitor (`CONTACT#v_<id>`). A form sent
from the browser identifies the person: from then on, and for all earlier facts that no contact has, the facts of the
browser belong to that contact. When another person sends a form from the same browser, later facts belong to them.

One transaction links contact and visitor: `LINK#<visitor>#<fact>` at the contact, `LINKED#<contact>` at the visitor,
and `HOLDER` at the visitor names the current contact, so that of two simultaneous links one comes first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from leadbell.contacts.items import partition
from leadbell.contacts.store import Contacts
from leadbell.events import REQUESTED, Fact
from leadbell.identity import visitor_contact
from leadbell.table import Item, Table, Write, check_write, delete_write, moment, put_write, stamp, update_write


@dataclass(frozen=True, slots=True)
class Link:
    """The facts of a visitor from `since` (None: from the first) until before `until` (None: open) are a contact's."""

    visitor: str
    since: datetime | None
    until: datetime | None

    def covers(self, fact: Fact) -> bool:
        """Whether the fact happened in that time."""
        started = self.since is None or fact.happened_at >= self.since
        return started and (self.until is None or fact.happened_at < self.until)

    @property
    def text(self) -> str:
        """The link as text, other when its times are."""
        return f"{self.visitor} {self.since and stamp(self.since)} {self.until and stamp(self.until)}"


@dataclass(frozen=True, slots=True)
class _Holder:
    """Who has a visitor: `contact`, by the `link` of a form, since `at`.

    `contact` is empty where nobody has it any more, for who had it was erased; all but `pk` where nobody ever had.
    """

    pk: str
    contact: str = ""
    link: str = ""
    at: datetime | None = None

    def free_from(self, fact: Fact) -> datetime | None:
        """From when on the sender of the form `fact` can have the visitor; None: from its first fact on.

        Who had it before may have been erased: then all since is free.
        """
        return max(fact.received_at, self.at) if self.at is not None and self.contact else self.at

    def followed_by(self, contact_id: str, link: str, at: datetime) -> Write:
        """The write that puts the next one in its place, as long as this one still has it."""
        still, seen = ("link = :link", {":link": self.link}) if self.link else ("attribute_not_exists(pk)", None)
        held = {"contact": contact_id, "link": link, "at": stamp(at)}
        return put_write({"pk": self.pk, "sk": "HOLDER", **held}, still, seen)


class Visitors:
    """Links between visitors and contacts in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def links_of(self, contact_id: str) -> list[Link]:
        """The visitors whose facts are this contact's, read strongly."""
        return [link_of(item) for item in self._table.query(partition(contact_id), "LINK#")]

    def contacts_of(self, visitor: str) -> list[str]:
        """Every contact that ever had this visitor."""
        items = self._table.query(partition(visitor_contact(visitor)), "LINKED#")
        return [item["sk"].removeprefix("LINKED#") for item in items]

    def is_held(self, visitor: str) -> bool:
        """Whether the visitor is known to be some contact."""
        return self._holder(visitor).contact != ""

    def facts(self, links: Iterable[Link], filed_after: date = date.min) -> list[Fact]:
        """The facts that the links cover. They wait for nobody's decision, whatever their own marks say."""
        contacts = Contacts(self._table)
        return [
            replace(fact, undecided=False)
            for link in links
            for fact in contacts.facts(visitor_contact(link.visitor), filed_after)
            if link.covers(fact)
        ]

    def claim(self, contact_id: str, visitor: str, fact: Fact, *, is_late: bool = False) -> str:
        """Makes the visitor the contact's from the moment of `fact`; the same fact claims once.

        Gives the contact that had the visitor until then, if any: it is worth less now. Raises Conflict where somebody
        else claims it at this moment, or the contact was erased since the fact; for who forgets it at once, `is_late`.
        """
        holder, link = self._holder(visitor), f"LINK#{visitor}#{fact.id}"
        if contact_id == holder.contact or self._table.get(partition(contact_id), link) is not None:
            return ""
        since = holder.free_from(fact)
        writes = [
            _linked(contact_id, link, visitor, since),
            put_write({"pk": holder.pk, "sk": f"LINKED#{contact_id}"}),
            holder.followed_by(contact_id, link, since or fact.received_at),
        ]
        if not is_late:
            writes.append(_not_erased_since(contact_id, fact))
        if holder.contact and since is not None:
            writes.append(_ended(partition(holder.contact), holder.link, since))
        self._table.transact(writes)
        return holder.contact

    def _holder(self, visitor: str) -> "_Holder":
        pk = partition(visitor_contact(visitor))
        item = self._table.get(pk, "HOLDER")
        return _Holder(pk) if item is None else _Holder(pk, item.get("contact", ""), item["link"], moment(item["at"]))

    def disown(self, contact_id: str, fact: Fact, at: datetime) -> None:
        """Makes good that a fact of a contact erased `at` came too late to be erased with it: its browser goes too."""
        visitor = str(fact.fields["visitor"])
        self.claim(contact_id, visitor, fact, is_late=True)
        if (link := self._table.get(partition(contact_id), f"LINK#{visitor}#{fact.id}")) is not None:
            self.forget(contact_id, link, at)

    def forget_facts(self, links: Iterable[Link], at: datetime) -> None:
        """Deletes what the visitors did until then, as far as the links cover it."""
        for link in links:
            pk = visitor_contact(link.visitor)
            for fact in Contacts(self._table).facts(pk):
                if link.covers(fact) and fact.happened_at <= at:
                    self._table.delete(partition(pk), fact.key)

    def forget(self, contact_id: str, link: Item, at: datetime) -> None:
        """Deletes one link of a contact erased `at`, and what the visitor did until then. Raises Conflict as `claim`.

        Whoever has the visitor next has it from then on: what came before is nobody's.
        """
        self.forget_facts([link_of(link)], at)
        holder = self._holder(link["visitor"])
        writes = [delete_write(link["pk"], link["sk"]), delete_write(holder.pk, f"LINKED#{contact_id}")]
        if (holder.contact, holder.link) == (contact_id, link["sk"]):
            writes.append(holder.followed_by("", f"ERASED#{stamp(at)}", at))
        self._table.transact(writes)


def visitor_in(fact: Fact) -> str:
    """The visitor whose browser sent the fact, if it says so and somebody stands for its address; else empty."""
    return "" if fact.type == REQUESTED else str(fact.fields.get("visitor", ""))


def texts_of(links: Iterable[Link]) -> tuple[str, ...]:
    """The links as text, in one order."""
    return tuple(sorted(link.text for link in links))


def link_of(item: Item) -> Link:
    """The link in an item of the contact."""
    since, until = (moment(item[name]) if name in item else None for name in ("since", "until"))
    return Link(item["visitor"], since, until)


def _linked(contact_id: str, sk: str, visitor: str, since: datetime | None) -> Write:
    told = {"visitor": visitor, "since": stamp(since) if since else None}
    return put_write({"pk": partition(contact_id), "sk": sk, **told}, "attribute_not_exists(pk)")


def _not_erased_since(contact_id: str, fact: Fact) -> Write:
    is_there = "attribute_not_exists(erased_at) OR erased_at < :at"
    return check_write(partition(contact_id), "STANDING", is_there, {":at": stamp(fact.happened_at)})


def _ended(pk: str, sk: str, at: datetime) -> Write:
    return update_write(pk, sk, "SET #until = :at", "attribute_exists(pk)", {":at": stamp(at)})
