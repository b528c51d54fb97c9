"""The known contacts of a company, in the table: `COMPANY#<company>`, a keyed hash of its domain.

`CONTACT#<id>` is one contact at MQL or above, written with the move to MQL and deleted with the move below it.
`VERSION` makes two colleagues who enter SQL at once see each other: it is read before the colleagues and raised with
the move, on the condition that it is unchanged, so the second starts over and finds the first. `NAMED#<mail>` in a
person's own partition lists the mails that name them, for an erasure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leadbell.companies import Company
from leadbell.contacts.items import partition
from leadbell.contacts.store import Outgoing
from leadbell.identity import company_id
from leadbell.keyed import Keyring
from leadbell.lifecycle.stages import Stage
from leadbell.lifecycle.standing import Standing
from leadbell.outbox.mail import MailState
from leadbell.outbox.sales_outbox import amendment, mail_of
from leadbell.sales.colleagues import NAMED_AT_MOST, Colleague, colleague_of, company_domain, in_order, line_about
from leadbell.sales.routing import Rep
from leadbell.table import Item, Table, Write, check_write, delete_write, moment, put_write, stamp, update_write

# Not on its way, so that it can still be changed.
WAITING = (MailState.PENDING, MailState.BLOCKED)


@dataclass(frozen=True, slots=True)
class Around:
    """What a decision knew of a contact's company; `version` is None where the contact does not enter SQL."""

    company: str = ""
    version: int | None = None
    colleagues: tuple[Colleague, ...] = ()


class CompanyBook:
    """The companies' people. Never cached."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def around(self, company: str, contact_id: str, *, entering: bool = False) -> Around:
        """The contact's colleagues, read strongly, in the order of `in_order`; nobody where `company` is empty."""
        if not company:
            return Around()
        version = self._version(company) if entering else None  # before the colleagues: see above
        items = self._table.query(_pk(company), "CONTACT#")
        others = (_colleague(item) for item in items if item["sk"] != _sk(contact_id))
        return Around(company, version, in_order(others))

    def _version(self, company: str) -> int:
        item = self._table.get(_pk(company), "VERSION")
        return 0 if item is None else int(item["n"])

    def writes(
        self,
        contact_id: str,
        before: Standing,
        after: Standing,
        around: Around,
        outgoing: Sequence[Outgoing],
        reps: Sequence[Rep],
    ) -> list[Write]:
        """What is written with the contact's next standing; nothing for who has no company or is below MQL."""
        me = colleague_of(contact_id, after)
        pk = partition(contact_id)
        writes = [_named(each, pk, out.sk) for out in outgoing for each in dict.fromkeys(mail_of(out.item).named)]
        # Who was erased since they were read must not be named any more.
        said = [each.contact_id for each in around.colleagues[:NAMED_AT_MOST]] if outgoing else []
        writes += [check_write(_pk(around.company), _sk(each), "attribute_exists(pk)") for each in said]
        was_under, is_under = before.bookkeeping.listed_under, after.bookkeeping.listed_under
        if was_under not in ("", is_under):
            writes.append(_delete(was_under, contact_id))
        if me is not None and (was_under != is_under or colleague_of(contact_id, before) != me):
            writes.append(_put(is_under, me))
        if me is not None and around.version is not None:
            writes += [_raised(around.company, around.version), *self._told_of(me, around, reps)]
        return writes

    def _told_of(self, me: Colleague, around: Around, reps: Sequence[Rep]) -> Iterator[Write]:
        """The alerts of colleagues that have not gone out yet name this contact too."""
        for each in around.colleagues[:NAMED_AT_MOST]:
            if each.stage is not Stage.SQL:
                continue
            pk, sk = partition(each.contact_id), f"ALERT#{each.cycle:06d}"
            letter = self._table.get(pk, sk)
            if letter is None or letter["state"] not in WAITING or me.contact_id in mail_of(letter).named:
                continue
            yield _amended(letter, me, reps)
            yield _named(me.contact_id, pk, sk)


def company_key(keys: Keyring, email: str, company: Company | None) -> str:
    """Under which a company's people are found; empty where the address is no company's."""
    domain = company_domain(email, company)
    return company_id(keys, domain) if domain else ""


def _named(contact_id: str, pk: str, sk: str) -> Write:
    """That the mail kept under `pk` and `sk` names the contact."""
    return put_write({"pk": partition(contact_id), "sk": f"NAMED#{pk}|{sk}"})


def forgotten(contact_id: str, standing: Standing) -> list[Write]:
    """What erasing a contact deletes of its company's people; `standing` is the last one before the erasure."""
    company = standing.bookkeeping.listed_under
    return [_delete(company, contact_id)] if company else []


def _amended(letter: Item, me: Colleague, reps: Sequence[Rep]) -> Write:
    update, unchanged, values = amendment(letter, mail_of(letter).naming(line_about(me, reps)))
    waits = f"#state = :state AND {unchanged}"
    return update_write(letter["pk"], letter["sk"], update, waits, {**values, ":state": letter["state"]})


def _raised(company: str, seen: int) -> Write:
    still, values = ("n = :seen", {":seen": seen}) if seen else ("attribute_not_exists(pk)", {})
    return update_write(_pk(company), "VERSION", "SET n = :next", still, {":next": seen + 1, **values})


def _put(company: str, me: Colleague) -> Write:
    told = {"name": me.name, "title": me.title, "stage": str(me.stage), "since": stamp(me.since), "cycle": me.cycle}
    item = {"pk": _pk(company), "sk": _sk(me.contact_id), **told, "reps": list(me.reps)}
    return put_write(item)


def _delete(company: str, contact_id: str) -> Write:
    return delete_write(_pk(company), _sk(contact_id))


def _colleague(item: Item) -> Colleague:
    return Colleague(
        item["sk"].removeprefix("CONTACT#"),
        item.get("name", ""),
        item.get("title", ""),
        Stage(item["stage"]),
        moment(item["since"]),
        item["cycle"],
        tuple(item["reps"]),
    )


def _pk(company: str) -> str:
    return f"COMPANY#{company}"


def _sk(contact_id: str) -> str:
    return f"CONTACT#{contact_id}"
