"""What people consented to and withdrew: statements in facts, never a switch.

1. A statement stays in its fact: purpose, yes or no, wording and version, form and page, time and way. Nothing is ever
   overwritten; the latest statement about a purpose applies.
2. Latest is by time of receipt, and for an imported statement by the day of its proof. So importing an old list never
   undoes a later withdrawal.
3. Withdrawing is as easy as consenting: one statement, from anybody who may consent. A yes in a form does not end an
   objection to profiling, since anybody can type somebody's address; only `profiling.allowed` does.
4. A box that is neither yes nor no, or has an unknown purpose, is no consent. It is stored as it came: the visitor
   cannot correct the form, and their message must reach a person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from leadbell.errors import InvalidFact
from leadbell.events import (
    ALLOWED,
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    OBJECTED,
    REQUESTED,
    SUBSCRIBED,
    UNSUBSCRIBED,
    Fact,
    Trust,
    Value,
)

Purpose = Literal["processing", "newsletter", "sales_contact", "profiling"]
PURPOSES: tuple[str, ...] = get_args(Purpose)
PROCESSING, NEWSLETTER, SALES_CONTACT, PROFILING = PURPOSES

# What a form's tick is kept as. That for calls has been an attribute of the person from the first day on.
FIELD_OF: Mapping[str, str] = {purpose: f"consent_{purpose}" for purpose in PURPOSES} | {SALES_CONTACT: "call_ok"}
FIELDS = (
    *(name for purpose, name in FIELD_OF.items() if purpose != SALES_CONTACT),
    *(f"consent_{purpose}_{what}" for purpose in PURPOSES for what in ("text", "version")),
    *("consent_version", "consent_sha256", "purpose", "confirmed_at"),
)

MAX_TEXT = 1000

# Fact types that are a word by themselves: about which purpose, and whether it is a yes.
WORDS: Mapping[str, tuple[str, bool]] = {
    SUBSCRIBED: (NEWSLETTER, True),
    UNSUBSCRIBED: (NEWSLETTER, False),
    ALLOWED: (PROFILING, True),
    OBJECTED: (PROFILING, False),
}
# By which way it was said, where the fact itself does not say.
_HOW = {OBJECTED: "operator", ALLOWED: "operator", CONSENT_GIVEN: "operator", CONSENT_WITHDRAWN: "operator"}
# A signup that its owner has not confirmed: anybody can type an address, so nothing in it holds.
_UNCONFIRMED = REQUESTED


@dataclass(frozen=True, slots=True)
class Word:
    """One thing said about one purpose. `at` is when it was said, `how` by which way, `fact` the id of what says it."""

    purpose: str
    given: bool
    at: datetime
    received_at: datetime
    how: str
    fact: str
    type: str
    text: str = ""
    version: str = ""
    form: str = ""
    page: str = ""
    confirmed_at: str = ""
    by: str = ""

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        """Of two words the greater one is the later."""
        return self.at, self.received_at, self.fact


def words_of(fact: Fact) -> list[Word]:
    """What a fact says of consent, one word for each purpose; nothing where a machine sent it."""
    if fact.trust is Trust.MACHINE:
        return []
    return [_word(fact, purpose, given) for purpose, given in _said_in(fact).items()]


def _said_in(fact: Fact) -> dict[str, bool]:
    """The purposes that a fact covers, each with yes or no: by its type, its ticks, or the proof of an import."""
    if fact.type in (CONSENT_GIVEN, CONSENT_WITHDRAWN):
        return {_text(fact, "purpose"): fact.type == CONSENT_GIVEN}
    by_type = dict([WORDS[fact.type]]) if fact.type in WORDS else {}
    values = {purpose: fact.fields.get(name) for purpose, name in FIELD_OF.items()}
    ticks = {purpose: value for purpose, value in values.items() if isinstance(value, bool)}
    imported = {purpose: True for purpose in [_text(fact, "consent_purpose")] if purpose}
    return by_type | ticks | imported


def _word(fact: Fact, purpose: str, given: bool) -> Word:
    return Word(
        purpose,
        given,
        at=_said_at(fact, purpose),
        received_at=fact.received_at,
        how=_text(fact, "consent_how", "how") or _HOW.get(fact.type, "form"),
        fact=fact.id,
        type=fact.type,
        text=_text(fact, f"consent_{purpose}_text", "consent_text"),
        version=_text(fact, f"consent_{purpose}_version", "consent_version"),
        form=_text(fact, "form", "asset"),
        page=_text(fact, "page"),
        confirmed_at=_text(fact, "confirmed_at"),
        by=_text(fact, "by"),
    )


def _said_at(fact: Fact, purpose: str) -> datetime:
    at = fact.received_at
    if fact.fields.get("consent_purpose") == purpose and (told := _text(fact, "consent_at")):
        at = min(datetime.fromisoformat(told), at)
    return at


def _text(fact: Fact, *names: str) -> str:
    """The first of these fields that says something."""
    return next((text for name in names if (text := str(fact.fields.get(name, "")))), "")


def history(facts: Iterable[Fact]) -> list[Word]:
    """All that was ever said of consent, the oldest first."""
    return sorted((word for fact in facts for word in words_of(fact)), key=lambda word: word.order)


def latest_words(facts: Iterable[Fact]) -> dict[str, Word]:
    """The word that holds about each purpose that something was said of."""
    latest: dict[str, Word] = {}
    for word in history(fact for fact in facts if fact.type != _UNCONFIRMED):
        if _holds_after(latest.get(word.purpose), word):
            latest[word.purpose] = word
    return latest


def _holds_after(before: Word | None, word: Word) -> bool:
    """The later word does, but for a yes to profiling after an objection: that has to be said by itself."""
    stands_against = before is not None and word.purpose == PROFILING and not before.given
    return not (stands_against and word.given and word.type != ALLOWED)


def objects(fact: Fact) -> bool:
    """Whether the fact objects to profiling."""
    says_no = any(word.purpose == PROFILING and not word.given for word in words_of(fact))
    return says_no and fact.type != _UNCONFIRMED


def is_objecting(facts: Sequence[Fact]) -> bool:
    """Whether the word that holds about profiling is a no."""
    about = [fact for fact in facts if fact.type in (OBJECTED, ALLOWED) or FIELD_OF[PROFILING] in fact.fields]
    word = latest_words(about).get(PROFILING) if about else None
    return word is not None and not word.given


def is_subscribed(facts: Sequence[Fact]) -> bool:
    """Whether somebody signed up for the newsletter and did not leave it since; a tick in another form is no signup."""
    about = [
        fact
        for fact in facts
        if fact.type in WORDS or (fact.fields.get(FIELD_OF[NEWSLETTER]) is False and fact.type != _UNCONFIRMED)
    ]
    words = [word for word in history(about) if word.purpose == NEWSLETTER and (not word.given or word.type in WORDS)]
    return bool(words) and words[-1].given


def subscribed_since(facts: Iterable[Fact]) -> datetime | None:
    """When the latest signup for the newsletter reached us; None where there is none among these facts."""
    return max((fact.received_at for fact in facts if fact.type == SUBSCRIBED), default=None)


def said(
    purpose: str, *, given: bool, how: str, by: str = "", text: str = "", **more: str
) -> tuple[str, dict[str, Value]]:
    """The type and the fields of the fact by which somebody gives or takes back a consent outside a form.

    Raises InvalidFact for a purpose that there is not.
    """
    if purpose not in PURPOSES:
        raise InvalidFact(f"there is no purpose {purpose!r}; purposes: {', '.join(PURPOSES)}")
    fields: dict[str, Value] = {"how": how, **{name: value for name, value in more.items() if value}}
    fields |= {name: value for name, value in (("by", by), ("consent_text", text[:MAX_TEXT])) if value}
    own = next((type_ for type_, word in WORDS.items() if word == (purpose, given)), "")
    if own:
        return own, fields
    fields["purpose"] = purpose
    if purpose == SALES_CONTACT:
        fields[FIELD_OF[SALES_CONTACT]] = given
    return CONSENT_GIVEN if given else CONSENT_WITHDRAWN, fields
