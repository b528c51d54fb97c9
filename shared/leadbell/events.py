"""Facts: what happened, to which contact, when, and how far it can be trusted.

A fact never changes after it is stored. Its type says what it means, how long it counts (`retention_days`)
and whether somebody must look at it even if the stream record is lost (`matters`).
An unknown type is an error where it enters, never a fact that silently scores nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum
from operator import attrgetter

from leadbell.errors import InvalidFact

Value = str | int | bool


class Trust(IntEnum):
    """How far a fact can be believed; a machine's fact scores nothing."""

    MACHINE = 0
    BROWSER = 1
    SUBMITTED = 2
    VERIFIED = 3


@dataclass(frozen=True, slots=True)
class FactType:
    """What all facts of one type share. `retention_days` None: counts for ever. `proven`: no form can make one, so
    somebody answers for it, whatever trust an earlier release stored it with."""

    label: str
    retention_days: int | None
    matters: bool = True
    proven: bool = False


_FACT = "EVENT#"  # how a fact's key starts

BROWSING_DAYS = 180
ACT_DAYS = 730
UNCONFIRMED_DAYS = 30

FACT_TYPES: Mapping[str, FactType] = {
    "form.submitted": FactType("submitted a form", ACT_DAYS),
    "guide.requested": FactType("asked for a guide", ACT_DAYS),
    "newsletter.requested": FactType("asked for the newsletter, not confirmed yet", UNCONFIRMED_DAYS),
    # Words of consent: a yes is the proof as long as somebody is on the list, and no older yes may come back.
    "newsletter.subscribed": FactType("subscribed to the newsletter", None),
    "newsletter.unsubscribed": FactType("unsubscribed from the newsletter", None, proven=True),
    "webinar.registered": FactType("registered for a webinar", ACT_DAYS),
    "webinar.attended": FactType("attended a webinar", ACT_DAYS),
    "trial.started": FactType("started a trial", ACT_DAYS),
    "demo.opened": FactType("opened the demo software", ACT_DAYS),
    "article.read": FactType("read an article", BROWSING_DAYS, matters=False),
    "product.viewed": FactType("viewed a product page", BROWSING_DAYS, matters=False),
    "pricing.viewed": FactType("viewed the pricing page", BROWSING_DAYS, matters=False),
    "visit.returned": FactType("returned to the site", BROWSING_DAYS, matters=False),
    "visit.long": FactType("spent a long time on the site", BROWSING_DAYS, matters=False),
    "ad.clicked": FactType("clicked an ad", BROWSING_DAYS, matters=False),
    "social.clicked": FactType("came from social media", BROWSING_DAYS, matters=False),
    "wishlist.added": FactType("added a product to the wish list", BROWSING_DAYS, matters=False),
    "cart.added": FactType("added a product to the cart", BROWSING_DAYS, matters=False),
    "guide.opened": FactType("a mail scanner opened the link to a guide", BROWSING_DAYS, matters=False),
    "mail.opened": FactType("opened an e-mail", BROWSING_DAYS, matters=False),
    "operator.stage_set": FactType("stage set by an operator", None, proven=True),
    "sales.accepted": FactType("accepted by sales", None, proven=True),
    "sales.rejected": FactType("returned by sales", None, proven=True),
    "meeting.held": FactType("had a meeting with sales", None, proven=True),
    "opportunity.opened": FactType("deal opened", None, proven=True),
    "deal.won": FactType("deal won", None, proven=True),
    "deal.lost": FactType("deal lost", None, proven=True),
    "customer.referred": FactType("recommended us", None, proven=True),
    "contact.imported": FactType("imported", None, proven=True),
    "contact.added": FactType("met outside the website", ACT_DAYS, proven=True),
    "profiling.objected": FactType("objected to profiling", None, proven=True),
    "profiling.allowed": FactType("allowed profiling again", None, proven=True),
    "consent.given": FactType("gave consent", None, proven=True),
    "consent.withdrawn": FactType("withdrew consent", None, proven=True),
    "pause.lifted": FactType("undid a no that a form had brought", None, proven=True),
    "erasure.requested": FactType("requested deletion", ACT_DAYS),
}

OPERATORS_WORD = "operator.stage_set"
IMPORTED = "contact.imported"
# A lead met outside the website; it says what they asked for as a form does.
ADDED = "contact.added"
# By a scanner or a program that looks ahead: what a person opens is not noted.
GUIDE_OPENED = "guide.opened"
OBJECTED = "profiling.objected"
ALLOWED = "profiling.allowed"
# By the mailbox, of noes that forms had brought: as if they had never been said.
LIFTED = "pause.lifted"
CONSENT_GIVEN = "consent.given"
CONSENT_WITHDRAWN = "consent.withdrawn"
# An address that somebody typed: nothing that comes with it is believed until its owner confirms.
REQUESTED = "newsletter.requested"
SUBSCRIBED = "newsletter.subscribed"
UNSUBSCRIBED = "newsletter.unsubscribed"
ERASURE = "erasure.requested"

# What a form means for sales; `forms` gives each packaged form one of these.
QUESTION = "question"
REQUEST = "request"

# What sending a form can be: plainly that, or something one does by filling in a form.
BY_FORM = ("form.submitted", "webinar.registered", "trial.started")
# What a submission at any door can be: free text is somebody writing to us at each of them.
BY_DOOR = (*BY_FORM, "guide.requested", REQUESTED, SUBSCRIBED)
# The field that names the signup which a fact confirms.
CONFIRMS = "request"
# Which submissions of a form without meaning for sales become a message, if not only those with a message field.
EVERY = "every"
NEVER = "never"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened. Times are aware and in UTC; `happened_at` is never after `received_at`.

    `undecided` is true from the moment the fact is stored until the transaction that decided about it; `key` is where
    it is stored. `sent_at` keeps the sender's own time where that differs from `happened_at`.
    """

    id: str
    type: str
    happened_at: datetime
    received_at: datetime
    trust: Trust
    fields: Mapping[str, Value] = field(default_factory=dict)
    undecided: bool = False
    key: str = ""
    sent_at: datetime | None = None

    @property
    def kind(self) -> FactType:
        """The fact's type; raises InvalidFact for a type that `FACT_TYPES` does not know."""
        try:
            return FACT_TYPES[self.type]
        except KeyError:
            raise InvalidFact(f"unknown fact type {self.type!r}; known: {', '.join(FACT_TYPES)}") from None

    @property
    def day(self) -> date:
        """The UTC day on which it happened."""
        return self.happened_at.date()

    @property
    def means(self) -> str:
        """`question`, `request`, or an empty string."""
        return str(self.fields.get("means", ""))

    @property
    def is_proven(self) -> bool:
        """Whether an operator, an import, a rep, a signed source or a signed link gave it; a form only says."""
        return self.trust is Trust.VERIFIED or (self.trust is not Trust.MACHINE and self.kind.proven)

    @property
    def counts_until(self) -> date | None:
        """The first day on which it does not count any more; None where it counts for ever."""
        kept = self.kind.retention_days
        return None if kept is None else self.day + timedelta(days=kept)

    def counts_on(self, day: date) -> bool:
        """Whether its retention still covers `day`."""
        end = self.counts_until
        return end is None or day < end


def wrote_to_us(fact: Fact) -> bool:
    """Whether it is a message, a file or a request from a person, which must reach somebody."""
    if fact.type == ADDED:  # its note is our own rep's words
        return fact.means in (QUESTION, REQUEST)
    if fact.type == ERASURE:
        return True
    if fact.type not in BY_DOOR or CONFIRMS in fact.fields:  # what came with a signup reached somebody when it came
        return False
    if fact.type in BY_FORM and fact.means in (QUESTION, REQUEST):
        return True
    copy, says_something = fact.fields.get("copy"), bool(fact.fields.get("message") or fact.fields.get("files"))
    return copy == EVERY or (copy != NEVER and says_something)


def event_key(day: date, event_id: str) -> str:
    """Where a fact is stored: under the day it is filed under, then by its id."""
    return f"{_FACT}{day.isoformat()}#{event_id}"


def is_fact(key: str) -> bool:
    """Whether what is stored under this key is a fact."""
    return key.startswith(_FACT)


def day_of(key: str) -> date:
    """The day a fact is filed under, from its key."""
    return date.fromisoformat(key.split("#")[1])


AS_HAPPENED = attrgetter("happened_at", "id")
# Words of consent, answers of sales and whatever waits for a decision go by when they reached us.
AS_RECEIVED = attrgetter("received_at", "id")


def distinct(facts: Iterable[Fact]) -> list[Fact]:
    """Each fact once, in one order whatever order they came in: by what happened first, then by id."""
    return sorted({fact.id: fact for fact in facts}.values(), key=AS_HAPPENED)


def weight_of(facts: Iterable[Fact]) -> int:
    """The sum of the hashes of distinct facts' ids: what one set weighs and what another weighs is what both do."""
    sha256, number = hashlib.sha256, int.from_bytes
    return sum([number(sha256(fact.id.encode()).digest()) for fact in facts])


def evidence_text(weight: int) -> str:
    """A weight as the digest by which two sets of facts are compared."""
    return f"{weight % (1 << 128):032x}"
