"""A contact read through its snapshot is worth what all its facts are worth, bit for bit."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from leadbell.contacts.derived_items import snapshot_item, snapshot_of
from leadbell.contacts.visitors import Link
from leadbell.events import Fact, Trust, event_key
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.scoring import derive, judge
from leadbell.scoring.snapshots import Basis, History, Snapshot, is_countable, latest_actions, seal
from tests.unit.facts import VP, default, fact, form, guide, on_day, variant


def filed(each: Fact, days_before: int = 0) -> Fact:
    """The fact with the key under which a door stores it."""
    return replace(each, key=event_key(each.received_at.date() - timedelta(days=days_before), each.id), undecided=False)


def views(number: int, day: float = 0, kind: str = "article.read") -> list[Fact]:
    return [filed(fact(kind, day, trust=Trust.BROWSER)) for _ in range(number)]


def sealed(facts: list[Fact], on: float, model: CompiledModel | None = None) -> Snapshot | None:
    model = model or default()
    return seal(History(facts), Basis(model.version, None), model, on_day(on).date())


# ---- what is sealed --------------------------------------------------------------------------------------------------


def test_a_hundred_page_views_are_worth_a_snapshot_and_ninety_nine_are_not() -> None:
    assert sealed(views(99), on=4) is None
    assert sealed(views(100), on=4) is not None


def test_a_hundred_forms_are_worth_a_snapshot_and_the_next_one_a_hundred_more() -> None:
    forms = [filed(form("contact", 0, message=f"{number}")) for number in range(100)]
    assert sealed(forms[1:], on=4) is None
    found = sealed(forms, on=4)
    assert found is not None and len(found.facts) == 100
    more = [filed(form("contact", 1, message=f"{number}")) for number in range(100)]
    for count, is_worth in ((99, False), (100, True)):
        history = History([*found.facts, *more[:count]], found)
        again = seal(history, found.basis, default(), on_day(5).date())
        assert (again is not None) is is_worth


def test_what_was_filed_in_the_last_four_days_stays_open_since_a_door_may_still_file_there() -> None:
    assert sealed(views(100, day=1), on=4) is None
    found = sealed(views(100, day=1), on=5)
    assert found is not None and found.through == on_day(1).date()


def test_nothing_is_sealed_from_the_first_fact_on_that_waits_for_a_decision() -> None:
    waiting = replace(filed(form("demo", 2)), undecided=True)
    found = sealed([*views(100, day=1), waiting, *views(100, day=3)], on=20)
    assert found is not None and found.through == on_day(1).date()
    assert found.weights.keys() == {on_day(1).toordinal()}


def test_a_form_stays_a_fact_and_a_page_view_becomes_a_count() -> None:
    asked = filed(form("demo", 0, **VP))
    found = sealed([asked, *views(120)], on=10)
    assert found is not None
    assert found.facts == (asked,)
    assert found.counts["article"] == {on_day(0).toordinal(): 120}
    assert len(found.witnesses) == 5  # the latest actions


def test_what_nobody_counts_any_more_is_left_out() -> None:
    found = sealed([*views(120, day=0), *views(100, day=100)], on=180)
    assert found is not None
    assert found.weights.keys() == {on_day(100).toordinal()}


def test_what_pages_notice_is_countable_and_what_a_person_does_about_us_is_not() -> None:
    assert is_countable(fact("product.viewed"))
    assert not is_countable(guide())


# ---- the law ---------------------------------------------------------------------------------------------------------


@dataclass
class Stored:
    """A contact as the table holds it: facts, the visitor's facts, a snapshot; read as the service reads it."""

    model: CompiledModel
    facts: list[Fact] = field(default_factory=list)
    of_visitor: list[Fact] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    reset_at: datetime | None = None
    snapshot: Snapshot | None = None
    sealings: int = 0

    @property
    def basis(self) -> Basis:
        return Basis(self.model.version, self.reset_at, tuple(link.text for link in self.links))

    def all_facts(self, now: datetime) -> list[Fact]:
        linked = [each for link in self.links for each in self.of_visitor if link.covers(each)]
        return [each for each in [*self.facts, *linked] if each.received_at <= now]

    def read(self, now: datetime) -> History:
        facts = self.all_facts(now)
        if self.snapshot is None or self.snapshot.basis != self.basis:
            return History(facts)
        bound = event_key(self.snapshot.through + timedelta(days=1), "")
        return History([*self.snapshot.facts, *(each for each in facts if each.key >= bound)], self.snapshot)

    def look(self, now: datetime, *, decides: bool) -> None:
        """What a refresh does: reads, compares here with all facts, seals, and takes the marks off."""
        history, facts = self.read(now), self.all_facts(now)
        counted = history.tally(self.reset_at, self.model, now.date())
        read, full = judge(counted, self.model, now.date()), derive(facts, self.reset_at, self.model, now)
        assert (read, read.evidence) == (full, full.evidence)
        shown = [*history.facts, *history.witnesses(now.date())]
        counting = [each for each in facts if each.counts_on(now.date())]
        still_shown = [each for each in shown if each.counts_on(now.date())]
        assert latest_actions(still_shown) == latest_actions(counting)
        assert history.next_end(now.date()) == History(facts).next_end(now.date())
        made = seal(history, self.basis, self.model, now.date(), worth=2)
        if made is not None:
            item = snapshot_item(made)
            assert item is not None
            self.snapshot = snapshot_of({name: value for name, value in item.items() if value is not None})
            assert self.snapshot == made
            self.sealings += 1
        if decides:
            self.facts = [replace(each, undecided=each.undecided and each.received_at > now) for each in self.facts]


def richer(plain: dict[str, Any]) -> None:
    rules = plain["interest"]["rules"]
    rules[0] |= {"points": 17, "at_most": 2, "max_count": 5}
    rules[1] |= {"where": {"page": {"prefix": "/p"}}, "cap": 9}
    own = {"id": "seats", "label": "many seats", "points": 30, "where": {"x_seats": {"at_least": 50}}}
    plain["personas"][0]["rules"].append(own)
    plain["product_act_days"] = 300  # further back than page views are kept


MODELS = (default(), variant(richer))
KINDS = (
    "article.read", "article.read", "product.viewed", "pricing.viewed", "visit.returned", "mail.opened", "cart.added",
    "guide.requested", "form.submitted", "newsletter.subscribed", "newsletter.unsubscribed",
)  # fmt: skip
SAID: tuple[dict[str, Any], ...] = (
    {},
    {},
    {"page": "/p1"},
    {"utm_source": "ad"},
    {"country": "SE"},
    {"x_seats": "1 000"},
    {"job_title": "VP", "employees": 250},
    {"means": "request"},
)


@st.composite
def arrivals(draw: st.DrawFn) -> Fact:
    """A fact as a door files it: perhaps long after it happened, under a day that its sender's retries repeat."""
    received = draw(st.integers(0, 260))
    lag = draw(st.sampled_from((0, 0, 0, 1, 5, 90, 179)))
    back = draw(st.sampled_from((0, 0, 1, 2, -1)))
    trust = draw(st.sampled_from((Trust.BROWSER, Trust.SUBMITTED, Trust.VERIFIED, Trust.MACHINE)))
    made = fact(draw(st.sampled_from(KINDS)), received, trust=trust, **draw(st.sampled_from(SAID)))
    happened = made.happened_at - timedelta(days=lag, minutes=draw(st.integers(0, 3)))
    late = replace(made, happened_at=happened)
    return replace(filed(late, back), undecided=late.kind.matters)


@dataclass(frozen=True)
class Turn:
    """A look, and what changed just before it."""

    day: int
    change: str
    decides: bool


turns = st.builds(
    Turn, st.integers(0, 500), st.sampled_from(("", "", "", "", "model", "reset", "link", "until")), st.booleans()
)


def changed(contact: Stored, turn: Turn) -> None:
    now = on_day(turn.day)
    if turn.change == "model":
        contact.model = MODELS[1] if contact.model is MODELS[0] else MODELS[0]
    elif turn.change == "reset":
        contact.reset_at = now - timedelta(days=1)
    elif turn.change == "link" and not contact.links:
        contact.links = [Link("visitor-1", None, None)]
    elif turn.change == "until" and contact.links:
        contact.links = [replace(contact.links[0], until=now)]


def played(facts: list[Fact], of_visitor: list[Fact], looks: list[Turn]) -> Stored:
    contact = Stored(MODELS[0], facts, [replace(each, undecided=False) for each in of_visitor])
    for turn in sorted(looks, key=lambda each: each.day):
        changed(contact, turn)
        contact.look(on_day(turn.day), decides=turn.decides)
    return contact


@given(st.lists(arrivals(), max_size=40), st.lists(arrivals(), max_size=10), st.lists(turns, max_size=12))
def test_read_through_snapshots_a_contact_is_worth_what_all_its_facts_are_worth(
    facts: list[Fact], of_visitor: list[Fact], looks: list[Turn]
) -> None:
    """With late facts, looks long after their fact, other models, fresh starts and linked visitors."""
    played(facts, of_visitor, looks)


def test_the_law_is_tried_on_contacts_that_do_have_snapshots() -> None:
    daily = [each for day in range(200) for each in views(2, day)]
    looks = [Turn(day, "model" if day == 100 else "", True) for day in range(0, 400, 3)]
    assert played([filed(form("demo", 0, **VP)), *daily], [], looks).sealings > 30


def same_on_every_day(facts: list[Fact], model: CompiledModel | None = None) -> bool:
    """Whether a snapshot of the facts says on each later day what they say themselves."""
    model = model or default()
    made = seal(History(facts), Basis(model.version, None), model, on_day(30).date(), worth=1)
    assert made is not None and made.witnesses
    days = [on_day(day) for day in range(30, 400)]
    found = [judge(History(made.facts, made).tally(None, model, day.date()), model, day.date()) for day in days]
    return found == [derive(facts, None, model, day) for day in days]


def seen(day: float, trust: Trust = Trust.BROWSER, **fields: Any) -> Fact:
    return filed(fact("article.read", day, trust=trust, **fields))


def test_when_the_first_touch_ends_the_next_days_first_touch_is_the_first() -> None:
    later = [seen(3 + number / 100) for number in range(6)]
    assert same_on_every_day([seen(0, page="/a"), seen(1, page="/b"), seen(1.1, page="/c"), *later])


def test_the_latest_touch_may_be_the_second_of_its_day() -> None:
    later = [seen(3 + number / 100) for number in range(6)]
    assert same_on_every_day([seen(2, page="/a"), seen(2.1, page="/b"), seen(2.2, page="/c"), *later])


def test_what_a_person_told_goes_before_what_a_browser_says_until_it_ends() -> None:
    later = [seen(21 + number / 100) for number in range(6)]
    told = [seen(0, Trust.SUBMITTED, country="SE"), seen(20, country="NO"), seen(20.1, country="DK")]
    assert same_on_every_day([*told, *later])


def test_what_is_proven_is_proven_through_a_snapshot() -> None:
    later = [seen(21 + number / 100) for number in range(6)]
    proven = seen(0, Trust.VERIFIED, country="SE")
    assert same_on_every_day([proven, seen(20, Trust.SUBMITTED, country="NO"), *later])


def test_an_act_that_is_not_kept_any_more_is_none_even_where_the_model_looks_further_back() -> None:
    assert same_on_every_day([filed(fact("product.viewed", 0)), *views(3, 20)], MODELS[1])


# ---- the item --------------------------------------------------------------------------------------------------------


def test_half_a_year_of_fifty_pages_a_day_fits_into_a_few_kilobytes() -> None:
    pages = [
        filed(fact("article.read", day, trust=Trust.BROWSER, page=f"/articles/{number}", utm_source="newsletter"))
        for day in range(176)
        for number in range(50)
    ]
    found = sealed(pages, on=180)
    assert found is not None
    item = snapshot_item(found)
    assert item is not None and len(item["body"]) < 16_000


def test_a_contact_that_sends_forms_without_end_has_no_snapshot_rather_than_one_that_does_not_fit() -> None:
    words = ["".join(sha256(f"{number} {part}".encode()).hexdigest() for part in range(20)) for number in range(2000)]
    forms = [filed(form("contact", 0, message=word)) for word in words]
    found = sealed([*forms, *views(100)], on=10)
    assert found is not None and snapshot_item(found) is None
