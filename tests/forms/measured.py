"""Sends each form, lets what follows happen, and counts what was understood and what arrived."""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from rich.table import Table

from leadbell.contacts.facts import ContactFacts
from leadbell.identity import contact_id, read_email, read_phone
from leadbell.profile import ATTRIBUTES
from tests.forms.sheet import FormField, SheetForm
from tests.integration.on_aws import Command
from tests.integration.service import ENVIRONMENT, KEYS, Service

# What is promised, in percent.
AT_LEAST = {"accepted": 100.0, "email": 100.0, "name": 97.0, "phone": 97.0, "company": 97.0, "message": 97.0}
_PARTS = ("first_name", "last_name")
# Our own readings of other fields.
_DERIVED = frozenset({"employees", "revenue_millions", "phone_e164", "call_ok", "language", "timing", "country"})
_TICKED = 3


@dataclass
class Figures:
    """How many fields of a kind there are, how many of them are right, and what went wrong."""

    there: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def count(self, kind: str, form: SheetForm, *, is_right: bool, told: object = "") -> None:
        self.there[kind] += 1
        self.right[kind] += is_right
        if not is_right:
            self.missed.append(f"{kind}: {form.name}: {told}")

    def share(self, kind: str) -> float:
        return 100 * self.right[kind] / self.there[kind] if self.there[kind] else 100.0

    @property
    def is_kept(self) -> bool:
        """Whether all is as promised."""
        return not self.wrong and not self.lost and all(self.share(kind) >= least for kind, least in AT_LEAST.items())


def send(service: Service, contact: Command, forms: Iterable[SheetForm]) -> Figures:
    """Every form, one after the other, and a look at what its reader has of it."""
    figures = Figures()
    for form in forms:
        content_type, body = form.body
        answer = service.post_body(form.path, body, content_type)
        figures.count("accepted", form, is_right=answer.status < 400, told=(answer.status, answer.body[:300]))
        if answer.status < 400:
            service.pump()
            (fact,) = ContactFacts(service.table).facts(_contact_id(form))
            _understood(figures, form, dict(fact.fields))
            _arrived(figures, form, _read_by_a_person(service, contact, form))
    return figures


def _number(form: SheetForm) -> str:
    """The number of somebody who gives no address, as it is dialled."""
    (number,) = (each.value for each in form.fields if each.only("phone"))
    return read_phone(number, ENVIRONMENT["DEFAULT_COUNTRY"]) or ""


def _contact_id(form: SheetForm) -> str:
    email, phone = (read_email(form.email), None) if form.email else (None, _number(form))
    return contact_id(KEYS, email=email, phone=phone)


# ---- understood ------------------------------------------------------------------------------------------------------


def _understood(figures: Figures, form: SheetForm, fact: dict[str, Any]) -> None:
    for kind in ("email", "phone", "company", "message", "job_title", "industry", "region", "website"):
        for each in (each for each in form.filled if each.only(kind)):
            said = str(fact.get(kind, ""))
            figures.count(kind, form, is_right=said != "" and each.value.startswith(said), told=each.value)
    names = [each for each in form.filled if each.only("name", *_PARTS)]
    if names:
        name = _words([str(fact.get("name", ""))])
        whole = next((each for each in names if each.only("name")), None)
        must = _words([whole.value] if whole else [each.value for each in names])
        may = must | _words(each.value for each in form.filled if "middle" in each.expects)
        figures.count("name", form, is_right=must <= name <= may, told=fact.get("name"))
    figures.wrong += [f"{form.name}: {each}" for each in _wrong(form, fact)]


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in text.split()}


def _wrong(form: SheetForm, fact: dict[str, Any]) -> Iterator[str]:
    """The attributes whose value stands in no field that is expected to be one."""
    for attribute, value in fact.items():
        if attribute not in (ATTRIBUTES - _DERIVED) | {"message"}:
            continue
        mine = {attribute, *((*_PARTS, "middle") if attribute == "name" else ())}
        may = [each.value.strip() for each in form.filled if each.expects & mine]
        said = str(value)
        is_made_of_them = attribute == "name" and _words([said]) <= _words(may)
        if not is_made_of_them and not any(each.startswith(said) for each in may):
            yield f"{attribute} is {said!r}"


# ---- arrived ---------------------------------------------------------------------------------------------------------


def _read_by_a_person(service: Service, contact: Command, form: SheetForm) -> str:
    """The mail and its page; of who wrote nothing that is mailed, what an operator is shown."""
    mails = service.mails()
    if not mails:
        return str(contact("contact", form.email or _number(form)).stdout)
    shown = [mail.body for mail in mails]
    for link in re.findall(r"https?://\S+/alerts/\S+", mails[-1].body):
        shown.append(re.sub(r"<[^>]*>", " ", service.get(str(urlsplit(link).path)).body))
    return html.unescape("\n".join(shown))


def _arrived(figures: Figures, form: SheetForm, shown: str) -> None:
    text = _plain(shown)
    for each in form.filled:
        is_there = _plain(each.value) in text and (len(each.value) > _TICKED or _plain(each.own_name) in text)
        if not is_there and not each.is_of_the_page and not _is_source(each):
            figures.lost.append(f"{form.name}: {each.name}")
        if is_there and each.expects <= {"config", "button", "door"} and f"{_plain(each.name)}:" in text:
            figures.shown.append(f"{form.name}: {each.name}={each.value}")


def _is_source(each: FormField) -> bool:
    return any(name.startswith("utm_") for name in each.expects)


def _plain(text: str) -> str:
    """Without what a mail puts into words: quotation marks of lines, blanks, brackets in links."""
    return re.sub(r"\s+|^>", "", text.replace("[.]", ".").replace("\n> ", "\n")).replace("[://]", "://").casefold()


# ---- shown -----------------------------------------------------------------------------------------------------------


def table(found: dict[str, Figures]) -> Table:
    """The figures of each file beside each other."""
    shown = Table("right", *found, "at least", title="Forms through the real doors")
    kinds = dict.fromkeys(kind for figures in found.values() for kind in (*AT_LEAST, *figures.there))
    for kind in kinds:
        least = f"{AT_LEAST[kind]:.0f} %" if kind in AT_LEAST else ""
        shown.add_row(kind, *(_share(figures, kind) for figures in found.values()), least)
    shown.add_row("in a wrong attribute", *(str(len(figures.wrong)) for figures in found.values()), "0")
    shown.add_row("neither in mail nor page", *(str(len(figures.lost)) for figures in found.values()), "0")
    shown.add_row("settings shown", *(str(len(figures.shown)) for figures in found.values()), "")
    return shown


def _share(figures: Figures, kind: str) -> str:
    return f"{figures.share(kind):.1f} % of {figures.there[kind]}"
