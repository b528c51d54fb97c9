"""Subject and body of a mail to sales: an alert, an "asked again", a message or a reminder.

The subject is ASCII, under 90 characters and made of our own vocabulary alone, so that no visitor can write into it
and it can be read on a lock screen. The body is plain text: who, why now, why this grade, their own words, what they
did last, where they came from, what is agreed, by when to answer, and exactly one http link. About somebody who objects
to profiling it says what the form that it is about says, and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from leadbell.capture.file_types import files_in_words
from leadbell.consents import SALES_CONTACT, Word, latest_words
from leadbell.events import ADDED, BY_FORM, ERASURE, OPERATORS_WORD, QUESTION, REQUESTED, Fact
from leadbell.formats import (
    DOWNLOADS,
    age,
    asked,
    at_time,
    grade_in_words,
    on_day,
    ordinal,
    size_band,
    working_days_later,
)
from leadbell.lifecycle.dispositions import GIVE_BACK, read_disposition
from leadbell.lifecycle.notices import Heard, Notice
from leadbell.lifecycle.returns import return_day
from leadbell.lifecycle.standing import Standing
from leadbell.outbox.blocks import NOBODY, About, Block, Colleagues, PerhapsSame, SalesMail, Words
from leadbell.outbox.mail import MAX_SUBJECT
from leadbell.outbox.their_words import HEADING
from leadbell.plain_text import clean, quote
from leadbell.profile import SOURCE_FIELDS, Profile, Touch, profile_of
from leadbell.sales.routing import Route
from leadbell.sales.said_otherwise import said_otherwise
from leadbell.scoring.scoring import Derived, Reason
from leadbell.scoring.snapshots import latest_actions

ANSWER_WORKING_DAYS = 1
ANSWER_WORKING_DAYS_LATER_BUYER = 2

# A block in the making: lines of text, or one that is text later.
Told = Sequence[str] | About | Words

OBJECTS = "Objected to profiling: no grade, and only what this form says."
PAUSED = (
    "Profiling is paused, since a form said no to it and nobody has confirmed that yet: no grade, and only what this "
    "form says."
)

# Where free text can ask for a price, terms or how to buy.
DOORS = frozenset({*BY_FORM, "guide.requested"})

LEADS = {
    Heard.ALERT: "Sales lead",
    Heard.ASKED_AGAIN: "Asked again",
    Heard.COPY: "Message",
    Heard.CUSTOMER: "Customer",
    Heard.REMINDER: "Reminder",
}


@dataclass(frozen=True, slots=True)
class Others:
    """Whom else a mail speaks of: colleagues, and who is perhaps the same person."""

    colleagues: Colleagues = NOBODY
    same: PerhapsSame | None = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """All that a mail to sales is about. `number` is its own for ever; `link` is our page about it."""

    notice: Notice
    standing: Standing
    derived: Derived
    facts: Sequence[Fact]
    route: Route
    number: int
    link: str
    now: datetime
    others: Others = Others()

    @property
    def profile(self) -> Profile:
        """What the mail may say of who they are."""
        return profile_told(self.notice, self.standing, self.derived, self.facts)

    @property
    def calls(self) -> Word | None:
        """The latest word on being called by sales."""
        return latest_words(self.facts).get(SALES_CONTACT)


def profile_told(notice: Notice, standing: Standing, derived: Derived, facts: Sequence[Fact]) -> Profile:
    """All that is known; of who objects to profiling, what the form says that the mail is about.

    A reminder is about the request for which the contact was given to sales.
    """
    if not derived.objected:
        return derived.profile
    about = standing.qualification.qualified_by if notice.heard is Heard.REMINDER else notice.fact.id
    return profile_of([fact for fact in facts if fact.id == about])


def compose(occasion: Occasion) -> SalesMail:
    """Renders the mail for a notice."""
    if occasion.derived.objected:
        return SalesMail(subject_of(occasion), _blocks(_of_the_form_alone(occasion)))
    blocks = (
        _who(occasion.derived.profile),
        _why_now(occasion),
        _reach(occasion.derived.profile, occasion.calls, occasion.notice.fact),
        said_otherwise(occasion.notice.fact, occasion.facts),
        occasion.others.same or (),
        _reasons(occasion.derived),
        _their_words(occasion.notice.fact),
        files_in_words(occasion.notice.fact.fields),
        _last_actions(occasion.facts, occasion.now.date()),
        _sources(occasion.derived.profile),
        _history(occasion),
        occasion.others.colleagues,
        _what_next(occasion),
    )
    return SalesMail(subject_of(occasion), _blocks(blocks))


def _of_the_form_alone(occasion: Occasion) -> Sequence[Told]:
    return (
        _who(occasion.profile),
        _why_now(occasion),
        # A yes that was said elsewhere is more than this form says; what was taken back is taken back.
        _reach(
            occasion.profile,
            None if occasion.calls is None or occasion.calls.given else occasion.calls,
            occasion.notice.fact,
        ),
        _their_words(occasion.notice.fact),
        files_in_words(occasion.notice.fact.fields),
        NOBODY,
        _what_next(occasion),
    )


def _blocks(told: Sequence[Told]) -> tuple[Block, ...]:
    return tuple(each if isinstance(each, About | Words) else "\n".join(each) for each in told if each)


def subject_of(occasion: Occasion) -> str:
    """`Sales lead A1: asked for a demo (SE, 201-500) #1042`."""
    derived = occasion.derived
    about = [_country(occasion.profile), size_band(occasion.profile.get("employees"))]
    where = ", ".join(part for part in about if part)
    heard = occasion.notice.heard
    lead, did = LEADS[heard], "due for follow-up" if heard is Heard.REMINDER else _did(occasion.notice)
    grade = ":" if derived.objected else f" {derived.grade}:"
    head = lead if heard is Heard.CUSTOMER else f"{lead}{grade}"
    subject = f"{head} {did}{f' ({where})' if where else ''} #{occasion.number}"
    assert subject.isascii() and len(subject) < MAX_SUBJECT, "subjects are made of our own short words"
    return subject


def _did(notice: Notice) -> str:
    """What the fact that led to the mail was, in our own words."""
    fact = notice.fact
    if fact.type == OPERATORS_WORD:
        return "stage set by an operator"
    is_told = notice.heard is Heard.COPY or fact.type in ("form.submitted", ADDED, ERASURE) or fact.fields.get("asks")
    return _action(fact) if is_told else "qualified"


def _action(fact: Fact) -> str:
    has_asked = fact.type == "form.submitted" or (fact.type == ADDED and fact.means)
    if has_asked or (fact.type in DOORS and fact.fields.get("asks")):
        return asked(fact.fields.get("asks"))
    return _downloaded(fact) if fact.type == "guide.requested" else fact.kind.label


def _downloaded(fact: Fact) -> str:
    """`asked for a price list: Pumps 2027`, as the owner of the site calls the file."""
    label = clean(fact.fields.get("asset_label", ""), 60)
    return f"{DOWNLOADS.get(str(fact.fields.get('kind', 'guide')), fact.kind.label)}{f': {label}' if label else ''}"


def _country(profile: Profile) -> str:
    code = profile.text("country")
    return code if len(code) == 2 and code.isascii() and code.isalpha() and code.isupper() else ""


def _who(profile: Profile) -> list[str]:
    parts = [clean(profile.text(name)) for name in ("name", "job_title", "company") if profile.text(name)]
    return [", ".join(parts) or "No name given"]


def _why_now(occasion: Occasion) -> list[str]:
    notice, derived = occasion.notice, occasion.derived
    if notice.heard is Heard.REMINDER:
        return [
            _given_back(notice.fact),
            f"The return date has been reached: please follow up. {_grade(derived)}",
            *_default_inbox(occasion.route),
        ]
    did = _did(notice)
    line = f"{did[0].upper()}{did[1:]} on {at_time(notice.fact.happened_at)}. {_grade(derived)}"
    lines = [line]
    if notice.heard is Heard.ASKED_AGAIN:
        lines.append("This lead is already open: this is another request.")
    if notice.heard is Heard.COPY:
        lines.append(f"A message, not a sales alert{f': {clean(notice.why, 200)}' if notice.why else ''}.")
    if notice.heard is Heard.CUSTOMER:
        lines.append(f"A customer's request for the account's owner, not a sales alert: {clean(notice.why, 200)}.")
    return [*lines, *_default_inbox(occasion.route)]


def _grade(derived: Derived) -> str:
    if derived.is_paused:
        return PAUSED
    return OBJECTS if derived.objected else f"{grade_in_words(derived.grade)}."


def _default_inbox(where: Route) -> list[str]:
    return [f"Sent to the default inbox because {clean(where.note, 120)}."] if where.note else []


def _given_back(fact: Fact) -> str:
    """`Returned by sales on 3 March 2026: not the right time, back on 30 June 2026.`"""
    if fact.type not in GIVE_BACK:
        return f"Wrote on {on_day(fact.received_at.date())} that they buy later, back on {on_day(return_day(fact))}."
    what, colon, details = read_disposition(fact).words.partition(": ")
    return f"{what[0].upper()}{what[1:]} on {on_day(fact.received_at.date())}{colon}{clean(details, 160)}."


def _reach(profile: Profile, word: Word | None, fact: Fact) -> list[str]:
    """Their validated address and number, left as they are so that they can be tapped.

    The address of a signup is known only when it is confirmed; who writes with one can be answered before.
    """
    typed = str(fact.fields.get("email", "")) if fact.type == REQUESTED and not profile.text("email") else ""
    rows = [("E-mail", profile.text("email")), ("E-mail, not confirmed", typed), ("Phone", profile.text("phone_e164"))]
    lines = [f"{label}: {value}" for label, value in rows if value]
    if profile.text("phone") and not profile.text("phone_e164"):
        lines.append(f"Phone, as given: {clean(profile.text('phone'))}")
    call = profile.get("call_ok") if word is None else word.given
    agreed = "yes" if call in (True, "yes") else "no" if call in (False, "no") else "not asked"
    return [*lines, f"OK to call: {agreed}"]


def _reasons(derived: Derived) -> list[str]:
    return [
        f"Fit {derived.fit} of 100{_persona(derived)}",
        *(_reason(reason, derived.day) for reason in derived.fit_reasons),
        f"Interest {derived.interest} of 100",
        *(_reason(reason, derived.day) for reason in derived.interest_reasons),
    ]


def _persona(derived: Derived) -> str:
    """How well the persona matches; empty without a profile."""
    if not derived.fit_reasons:
        return ""
    verb = "matches" if derived.letter in ("A", "B") else "closest"
    return f" ({verb} persona: {clean(derived.persona.label)})"


def _reason(reason: Reason, today: date) -> str:
    times = f", {reason.count} times" if reason.count > 1 else ""
    last = f", {age(reason.last_on, today)}" if reason.last_on else ""
    return f"  {reason.points:+d}  {reason.label}{times}{last}"


def _their_words(fact: Fact) -> list[str] | Words:
    """All that was typed, read when the mail is; of a fact without a text beside it, what the fact says."""
    if fact.fields.get("typed"):
        return Words(fact.id)
    message = quote(str(fact.fields.get("message", "")))
    others = [
        f"> {clean(name)}: {clean(value, 200)}" for name, value in sorted(fact.fields.items()) if name.startswith("x_")
    ]
    lines = [*message, *(line.replace("> x_", "> ", 1) for line in others)]
    return [HEADING, *lines] if lines else []


def _last_actions(facts: Sequence[Fact], today: date) -> list[str]:
    latest = reversed(latest_actions(facts))
    return ["Latest activity:", *(f"  {_action(fact)}, {age(fact.day, today)}" for fact in latest)]


def _sources(profile: Profile) -> list[str]:
    first, latest = _source(profile.first_touch), _source(profile.latest_touch)
    if not first:
        return []
    return [f"First source: {first}", *([f"Latest source: {latest}"] if latest != first else [])]


def _source(touch: Touch | None) -> str:
    fields: Mapping[str, object] = touch.fields if touch else {}
    return ", ".join(
        f"{name.removeprefix('utm_')} {clean(fields[name], 80)}" for name in SOURCE_FIELDS if name in fields
    )


def _history(occasion: Occasion) -> list[str]:
    """That sales knows them already, and why it last returned them: who calls should know."""
    standing, about = occasion.standing, occasion.notice
    if about.heard is Heard.REMINDER:
        return []
    backs = [fact for fact in occasion.facts if fact.type in GIVE_BACK]
    latest = max(backs, key=lambda fact: fact.received_at, default=None)
    known = [f"Qualified for the {ordinal(standing.times_qualified)} time; sales already knows this contact."]
    return [*(known if standing.times_qualified > 1 else []), *([_given_back(latest)] if latest else [])]


def _what_next(occasion: Occasion) -> list[str]:
    lines, heard = [], occasion.notice.heard
    if heard is Heard.ALERT:
        later = occasion.profile.text("timing") in ("later", "no")
        days = ANSWER_WORKING_DAYS_LATER_BUYER if later else ANSWER_WORKING_DAYS
        lines.append(f"Please make first contact by {at_time(working_days_later(occasion.now, days))}.")
    if heard is Heard.CUSTOMER or (heard is Heard.COPY and _wants_an_answer(occasion)):
        lines.append(f"Please answer by {at_time(working_days_later(occasion.now, ANSWER_WORKING_DAYS))}.")
    return [*lines, f"Lead page: {occasion.link}"]


def _wants_an_answer(occasion: Occasion) -> bool:
    """Whether a message is a question, or a request of somebody who does not fit our profile."""
    fact, derived = occasion.notice.fact, occasion.derived
    return fact.means == QUESTION or (derived.is_request(fact) and derived.against((fact,)).is_misfit)
