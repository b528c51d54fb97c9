"""What people consented to and withdrew: statements in facts, never a switch.

1. A statement stays in its fact: purpose, yes or no, wording and version, form and page, time and way. Nothing is ever
   overwritten; which one holds about a purpose follows from all of them, in the order of their times.
2. The time is that of receipt, and for an imported statement the day of its proof. So importing an old list never
   undoes a later withdrawal.
3. A form proves only that somebody typed an address (`Fact.is_proven`). Its yes ends no proven no. Its no *pauses* what
   it would end, at once: profiling always, the newsletter of who subscribed, another purpose where a proven yes stands.
   Where nothing stands that it would end, it is an answer like any other, and the next form may give another.
4. Only a proven word ends a pause: a yes, a no, or `pause.lifted`, by which the noes of forms until then are void and
   what stood before them stands. Silence and forms do not.
5. A yes by the way does not end an objection to profiling; only `profiling.allowed` does.
6. A box that is neither yes nor no, or has an unknown purpose, is no consent. It is stored as it came: the visitor
   cannot correct the form, and their message must reach a person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from leadbell.errors import InvalidFact
from leadbell.events import (
    ALLOWED,
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    LIFTED,
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
# All facts that say anything of consent are of these types or have one of these fields.
SAYING_TYPES = frozenset((*WORDS, CONSENT_GIVEN, CONSENT_WITHDRAWN, LIFTED))
SAYING_FIELDS = frozenset((*FIELD_OF.values(), "consent_purpose"))
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
    is_proven: bool = False

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
    if fact.type == LIFTED:
        return dict.fromkeys(_text(fact, "purposes").split(), True)
    by_type = dict([WORDS[fact.type]]) if fact.type in WORDS else {}
    values = {purpose: fact.fields.get(name) for purpose, name in FIELD_OF.items()}
    ticks = {purpose: value for purpose, value in values.items() if isinstance(value, bool)}
    imported = {purpose: True for purpose in [_text(fact, "consent_purpose")] if purpose}
    # Who confirms a signup says yes, whatever somebody ticked in its form.
    return (ticks | by_type if fact.is_proven else by_type | ticks) | imported


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
        is_proven=fact.is_proven and (fact.type != SUBSCRIBED or purpose == NEWSLETTER),
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


@dataclass(frozen=True, slots=True)
class Held:
    """What holds about one purpose: the `word` that stands, and the first `no` of a form by which it is paused."""

    word: Word | None = None
    no: Word | None = None

    def then(self, word: Word) -> "Held":
        """What holds after the next word about the same purpose."""
        if word.type == LIFTED:
            return Held(self.word)
        if word.is_proven:
            return Held(word) if _ends(self.word, word) else self
        if not word.given and _would_end(self.word, word):
            return Held(self.word, self.no or word)
        stands = self.word is not None and (self.word.is_proven or (word.given and _is_signup(self.word)))
        return self if stands or self.no is not None else Held(word)


def _ends(before: Word | None, word: Word) -> bool:
    """A yes to profiling after an objection has to be said by itself."""
    is_objection = before is not None and word.purpose == PROFILING and not before.given
    return not (is_objection and word.given and word.type != ALLOWED)


def _would_end(before: Word | None, no: Word) -> bool:
    """Whether the no of a form would end something."""
    if no.purpose == PROFILING:
        return before is None or before.given
    return before is not None and before.given and (before.is_proven or _is_signup(before))


def _is_signup(word: Word) -> bool:
    """A tick in another form is none, and takes none's place."""
    return word.type == SUBSCRIBED and word.given


def held(facts: Iterable[Fact]) -> dict[str, Held]:
    """What holds about each purpose that something was said of."""
    found: dict[str, Held] = {}
    for word in history(fact for fact in facts if fact.type != _UNCONFIRMED):
        found[word.purpose] = found.get(word.purpose, Held()).then(word)
    return found


def latest_words(facts: Iterable[Fact]) -> dict[str, Word]:
    """The word that holds about each purpose that something was said of; where it is paused, the no that does so."""
    return {purpose: word for purpose, each in held(facts).items() if (word := each.no or each.word) is not None}


def objects(fact: Fact) -> bool:
    """Whether the fact objects to profiling, proven or not."""
    says_no = any(word.purpose == PROFILING and not word.given for word in words_of(fact))
    return says_no and fact.type != _UNCONFIRMED


def is_objecting(facts: Sequence[Fact]) -> bool:
    """Whether a proven no to profiling holds."""
    about = [fact for fact in facts if fact.type in (OBJECTED, ALLOWED, LIFTED) or FIELD_OF[PROFILING] in fact.fields]
    word = held(about).get(PROFILING, Held()).word if about else None
    return word is not None and not word.given


def is_subscribed(facts: Sequence[Fact]) -> bool:
    """Whether somebody signed up for the newsletter, did not leave it since, and no form has paused it."""
    stands = held(_about_newsletter(facts)).get(NEWSLETTER, Held())
    return stands.no is None and stands.word is not None and stands.word.given


def _about_newsletter(facts: Iterable[Fact]) -> list[Fact]:
    """A tick in another form is no signup; a no in it may end one."""
    no = FIELD_OF[NEWSLETTER]
    return [fact for fact in facts if fact.type in WORDS or fact.type == LIFTED or fact.fields.get(no) is False]


def pauses(facts: Iterable[Fact]) -> dict[str, Word]:
    """The purposes that the no of a form pauses, each with the first such no."""
    told = [fact for fact in facts if fact.type in SAYING_TYPES or not SAYING_FIELDS.isdisjoint(fact.fields)]
    if not any(fact.fields.get(name) is False for fact in told for name in FIELD_OF.values()):  # hardly ever
        return {}
    return {purpose: each.no for purpose, each in held(told).items() if each.no is not None}


_KEPT = "kept-"


def noes_to_keep(facts: Sequence[Fact], at: datetime) -> list[Fact]:
    """What an erasure `at` leaves of these facts: that they objected to profiling, and left the newsletter; no details.

    A no that only a form has brought is kept too: nobody can be asked any more whether it was theirs.
    """
    stands, after = held(facts), at + timedelta(milliseconds=1)
    stands[NEWSLETTER] = held(_about_newsletter(facts)).get(NEWSLETTER, Held())
    kept = [
        kind
        for kind, purpose in ((OBJECTED, PROFILING), (UNSUBSCRIBED, NEWSLETTER))
        if (each := stands.get(purpose, Held())).no or (each.word and each.word.is_proven and not each.word.given)
    ]
    fields: dict[str, Value] = {"how": "kept after an erasure"}
    number = int(after.timestamp() * 1000)
    return [Fact(f"{_KEPT}{kind}-{number}", kind, after, after, Trust.VERIFIED, fields) for kind in kept]


def is_kept_no(fact_id: str) -> bool:
    """Whether the fact of this id is what an erasure left: alone, it makes nobody a contact."""
    return fact_id.startswith(_KEPT)


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
