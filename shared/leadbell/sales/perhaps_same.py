"""Who is perhaps the same person: contacts with the same phone number, or the same name at the same company.

A contact has a mark for each, a keyed hash. `SAME#<mark>` / `CONTACT#<id>` is one contact with that mark, written with
the standing that keeps the marks. Mails speak of such a contact by the number of its latest mail. Nobody is joined.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from leadbell.companies import Company
from leadbell.contacts.items import partition
from leadbell.contacts.standing_items import standing_in
from leadbell.formats import NOT_GRADED
from leadbell.identity import read_dialled
from leadbell.keyed import Keyring, keyed_name
from leadbell.lifecycle.standing import Standing
from leadbell.outbox.blocks import Line, PerhapsSame
from leadbell.profile import Profile
from leadbell.sales.colleagues import company_domain
from leadbell.table import Table, Write, check_write, delete_write, put_write

# Of one mark; where more contacts have it, it is a switchboard's number and says nothing.
OTHERS_AT_MOST = 5
_MARK_LENGTH = 16
# Of a phone number, so that it is found with and without its country.
LAST_DIGITS = 8
_WHY = {"p": "the same phone number", "n": "the same name at the same company"}

_WORD = re.compile(r"[^\W_]+")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "æ": "ae", "đ": "d", "œ": "oe"})
_LEGAL_FORMS = frozenset(
    """
    ab ag aps as asa bv co corp gmbh gmbhcokg inc ivs kft kg limited llc llp ltd nv oo oy oyj plc sa sarl sas sl spa
    spzoo srl ug zoo publ
    """.split()  # noqa: SIM905  # thirty quoted names read worse
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """A contact that is perhaps the same person: why, the `number` of its latest mail to sales (0: none), and the
    version of the standing that says so. `is_told`: mails may speak of it."""

    contact_id: str
    why: str
    number: int
    version: int
    is_told: bool


def marks_of(keys: Keyring, profile: Profile, company: Company | None) -> str:
    """The marks of a contact, as a standing keeps them; empty where nothing is known to tell it by."""
    phone = profile.text("phone_e164") or read_dialled(profile.text("phone"))
    name = " ".join(sorted(_words(profile.text("name"))))
    marks = [_mark(keys, "p", _digits(phone)[-LAST_DIGITS:])] if phone else []
    if phone.startswith("+"):
        marks[0] += f".{_mark(keys, 'e', phone)}"
    marks += [_mark(keys, "n", f"{name}|{each}") for each in _companies(profile, company) if name]
    return ",".join(marks)


def _mark(keys: Keyring, kind: str, text: str) -> str:
    return kind + keyed_name(keys, "same", f"{kind}:{text}")[:_MARK_LENGTH]


def _digits(phone: str) -> str:
    return phone.removeprefix("+")


def _companies(profile: Profile, company: Company | None) -> list[str]:
    """What somebody's company is called: as it was typed, and as the domain of the address says."""
    typed = _words(profile.text("company"))
    domain = company_domain(profile.text("email"), company)
    called = next((label for label in domain.split(".")[:-1] if len(label) > 2), domain)
    names = ([word for word in typed if word not in _LEGAL_FORMS] or typed, _words(called))
    return list(dict.fromkeys("".join(words) for words in names if words))


def _words(text: str) -> list[str]:
    """The words of a text as they are compared: in small letters, without accents."""
    plain = unicodedata.normalize("NFKD", text[:200].casefold().translate(_LETTERS).replace(".", ""))
    return _WORD.findall(_ACCENTS.sub("", plain))


class Likenesses:
    """Marks in the table. Never cached."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def others(self, contact_id: str, marks: str) -> tuple[Likeness, ...]:
        """Who else has one of the marks, read strongly; who was in a mail last comes first."""
        why: dict[str, list[str]] = {}
        for mark in _each(marks):
            for other in self._with(mark, contact_id):
                reasons = why.setdefault(other, [])
                if _WHY[mark[0]] not in reasons:
                    reasons.append(_WHY[mark[0]])
        found = (self._likeness(other, reasons) for other, reasons in why.items())
        return tuple(sorted(found, key=lambda each: (-each.number, each.contact_id)))

    def _with(self, mark: str, contact_id: str) -> list[str]:
        keys = self._table.query_first(_pk(mark), "CONTACT#", OTHERS_AT_MOST + 2)
        found = [item for item in keys if item["sk"] != _sk(contact_id) and _may_be(mark, item.get("whole", ""))]
        others = [item["sk"].removeprefix("CONTACT#") for item in found]
        return others if len(others) <= OTHERS_AT_MOST else []

    def _likeness(self, other: str, why: Sequence[str]) -> Likeness:
        standing = standing_in(self._table.get(partition(other), "STANDING"))
        number = standing.bookkeeping.mailed_as
        is_told = number > 0 and not standing.grade.startswith(NOT_GRADED)
        return Likeness(other, " and ".join(why), number, standing.version, is_told)

    def writes(self, contact_id: str, before: Standing, after: Standing, told: Sequence[Likeness]) -> Iterator[Write]:
        """What is written with the contact's next standing, whose mail tells of these."""
        was, now_is = _each(before.bookkeeping.marks), _each(after.bookkeeping.marks)
        stay = [_pk(mark) for mark in now_is]
        yield from (_delete(mark, contact_id) for mark in was if _pk(mark) not in stay)
        yield from (_put(mark, contact_id) for mark in now_is if mark not in was)
        for each in told:  # who objects or is erased meanwhile must not be told of any more
            yield check_write(partition(each.contact_id), "STANDING", "version = :seen", {":seen": each.version})


def block_of(told: Iterable[Likeness]) -> PerhapsSame | None:
    """What a mail says of who is perhaps the same person; None where that is nobody."""
    lines = tuple(Line(f"#{each.number} ({each.why})", each.contact_id) for each in told)
    return PerhapsSame(lines) if lines else None


def forgotten(contact_id: str, standing: Standing) -> list[Write]:
    """What erasing a contact deletes of its marks; `standing` is the last one before the erasure."""
    return [_delete(mark, contact_id) for mark in _each(standing.bookkeeping.marks)]


def _each(marks: str) -> list[str]:
    return [mark for mark in marks.split(",") if mark]


def _may_be(mark: str, whole: str) -> bool:
    """Whether two numbers with the same last digits can be one: not where both are known with their countries."""
    own = mark.partition(".")[2]
    return not own or not whole or own == whole


def _put(mark: str, contact_id: str) -> Write:
    return put_write({"pk": _pk(mark), "sk": _sk(contact_id), "whole": mark.partition(".")[2]})


def _delete(mark: str, contact_id: str) -> Write:
    return delete_write(_pk(mark), _sk(contact_id))


def _pk(mark: str) -> str:
    return f"SAME#{mark.partition('.')[0]}"


def _sk(contact_id: str) -> str:
    return f"CONTACT#{contact_id}"
