"""A contact through weeks of bad days: bells lost, facts late, the sweep dead, sales answering what it last saw, and
models published in between."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from leadbell.errors import IllegalMove
from leadbell.events import REQUEST, Fact, wrote_to_us
from leadbell.lifecycle.dispositions import Disposition, check_said, check_taken
from leadbell.lifecycle.stages import Stage, check_move
from tests.unit.facts import VP, Journey, default, fact, form, guide, on_day, variant

SWEEP_DIES = 10
SWEEP_IS_BACK = 20
LAST_DAY = 60
END = LAST_DAY + 15  # the last promised return has come, and a request of day 0 still counts in most models


def _no_swedes(plain: dict[str, Any]) -> None:
    next(veto for veto in plain["vetoes"] if veto["id"] == "excluded-market")["where"] = {"country": ["SE"]}


def _nobody_fits(plain: dict[str, Any]) -> None:
    for rule in plain["personas"][0]["rules"]:
        rule["points"] = 4  # of five that a VP meets: 20, a D


def _quiet(plain: dict[str, Any]) -> None:
    for rule in plain["interest"]["rules"]:
        rule["points"] //= 4


MODELS = [
    default(),
    variant(lambda plain: plain["mql"].update(fit=30, leave_fit=20, interest=10, leave_interest=5)),
    variant(lambda plain: plain["mql"].update(fit=90, leave_fit=80, interest=70, leave_interest=60)),
    variant(lambda plain: plain.update(request_days=5, product_act_days=5)),
    variant(_no_swedes),
    variant(_nobody_fits),
    variant(_quiet),
]


class Contact(Journey):
    """A journey whose facts are stored first and looked at when a bell rings or a sweep comes by."""

    def __init__(self) -> None:
        super().__init__()
        self.unprovoked: list[Fact] = []
        self._seen: set[str] = set()

    def arrives(self, arrived: Fact) -> None:
        """Stored; one that is there already is not stored again."""
        if arrived.id not in {each.id for each in self.facts}:
            self.facts.append(arrived)

    def is_looked_at(self, now: datetime) -> None:
        """Notes alerts for which the person neither asked nor told anything about themselves since the last look."""
        if not self.facts:
            return
        new, told = [each for each in self.facts if each.id not in self._seen], len(self.notices)
        self.looks(now)
        if not any(each.means == REQUEST or "email" in each.fields for each in new):
            self.unprovoked += [notice.fact for notice in self.notices[told:] if notice.heard == "alert"]
        self._seen |= {each.id for each in new}

    def waits(self, now: datetime) -> bool:
        """Whether the sweep would find it: a fact that was left lying for ten minutes, or a day that has come."""
        left = any(f.undecided and f.received_at + timedelta(minutes=10) <= now for f in self.facts)
        timer = self.standing.return_on
        return left or (timer is not None and timer <= now.date())

    def hears_from_sales(self, type_: str, reason: str, back_in_days: int, now: datetime) -> None:
        """What the command does: an answer that does not fit what was last written is refused, nothing is stored."""
        competitor = "Acme" if (type_, reason) == ("deal.lost", "competitor") else ""
        back_on = (now + timedelta(days=back_in_days)).date() if back_in_days else None
        said = Disposition(type_, self.standing.cycle, reason, back_on, competitor)
        check_said(said, now.date())
        try:
            check_taken(said, self.standing)
        except IllegalMove:
            return
        self.arrives(said.fact(now))


def visits(day: int, kind: int) -> Fact:
    """What a visitor may do; some of it is a person writing to us."""
    every = [
        guide(day, **VP), fact("product.viewed", day), fact("pricing.viewed", day), fact("newsletter.subscribed", day),
        form("demo", day, **VP), form("pricing", day, **VP), form("contact", day, message="Do you deliver?"),
        fact("webinar.attended", day),
    ]  # fmt: skip
    return every[kind % len(every)]


ANSWERS = [
    ("sales.accepted", "", 0), ("sales.rejected", "timing", 12), ("sales.rejected", "no-answer", 0),
    ("sales.rejected", "student", 0), ("meeting.held", "", 0), ("opportunity.opened", "", 0), ("deal.won", "", 0),
    ("deal.lost", "price", 5), ("deal.lost", "competitor", 0), ("sales.rejected", "former-customer", 3),
    ("customer.referred", "", 0),
]  # fmt: skip


@dataclass(frozen=True)
class Act:
    """Something that happens at a minute; `luck` under 30 of 100 rings no bell, under 15 is late as well.

    A `model` (of `MODELS`) is published, which rings no bell either.
    """

    minute: int
    luck: int
    visit: int = 0
    answer: tuple[str, str, int] | None = None
    model: int | None = None


minutes, luck = st.integers(0, (LAST_DAY - 1) * 24 * 60), st.integers(0, 99)
visitors = st.lists(st.builds(Act, minutes, luck, st.integers(0, 7)), min_size=1, max_size=14)
# Sales answers most while the sweep is dead, so that answers meet others that nobody has looked at yet.
outage = st.integers(SWEEP_DIES * 24 * 60, SWEEP_IS_BACK * 24 * 60)
said = st.builds(Act, st.one_of(outage, minutes), st.integers(0, 60), st.just(0), st.sampled_from(ANSWERS))
reps = st.lists(said, min_size=2, max_size=12)
news = st.builds(
    lambda minute, model: Act(minute, 0, model=model),
    st.one_of(outage, minutes),
    st.integers(0, len(MODELS) - 1),
)
publications = st.lists(news, min_size=1, max_size=4)
lives = st.builds(
    lambda visits, answers, models: sorted([*visits, *answers, *models], key=lambda act: act.minute),
    visitors,
    reps,
    st.one_of(st.just([]), publications),
)


def lived(acts: Sequence[Act]) -> Contact:
    """All of it in order, with a sweep every six hours while it lives, and days of sweeps afterwards."""
    contact, swept = Contact(), 0
    for act in acts:
        for hour in range(swept, act.minute // 60, 6):
            sweep(contact, hour / 24)
        swept = act.minute // 60
        happens(contact, act)
    for day in range(swept // 24, END):
        sweep(contact, day)
    return contact


def sweep(contact: Contact, day: float) -> None:
    if not SWEEP_DIES <= day < SWEEP_IS_BACK and contact.waits(on_day(day)):
        contact.is_looked_at(on_day(day))


def happens(contact: Contact, act: Act) -> None:
    now = on_day(0) + timedelta(minutes=act.minute)
    if act.model is not None:
        contact.publishes(MODELS[act.model], now)
        return
    if act.answer is not None:
        contact.hears_from_sales(*act.answer, now)
    else:
        late = timedelta(days=act.luck % 7 if act.luck < 15 else 0)
        contact.arrives(replace(visits(0, act.visit), happened_at=now - late, received_at=now))
    if act.luck >= 30:
        contact.is_looked_at(now)


@given(lives)
def test_every_move_is_in_the_table_and_nothing_is_left_to_decide(acts: list[Act]) -> None:
    contact, stage = lived(acts), Stage.PROSPECT
    for number, move in enumerate(contact.moves, 1):
        assert (move.number, move.before) == (number, stage)
        check_move(move.before, move.after, move.by)
        stage = move.after
    assert contact.standing.stage is stage
    assert not any(each.undecided for each in contact.facts)
    assert contact.standing.return_on is None
    contact.is_looked_at(on_day(END))  # a model may have come after the last fact
    decided = (len(contact.moves), len(contact.notices))
    contact.is_looked_at(on_day(END))
    assert (len(contact.moves), len(contact.notices)) == decided


@given(lives)
def test_each_qualification_has_one_alert_each_who_wrote_is_heard_once_and_each_promise_kept_once(
    acts: list[Act],
) -> None:
    contact = lived(acts)
    assert contact.heard.count("alert") == contact.stages.count("sql") == contact.standing.cycle
    heard = [notice.fact.id for notice in contact.notices if notice.heard != "reminder"]
    assert [each.id for each in contact.facts if wrote_to_us(each) and heard.count(each.id) != 1] == []
    reminded = [notice.fact for notice in contact.notices if notice.heard == "reminder"]
    assert len(reminded) == len({each.id for each in reminded})
    assert all("back_on" in each.fields for each in reminded)


@given(lives)
def test_what_alerts_is_what_a_person_did_and_never_a_model(acts: list[Act]) -> None:
    contact = lived(acts)
    assert contact.unprovoked == []
    heard = list(contact.heard)
    for day, model in enumerate([*MODELS, *reversed(MODELS)]):
        contact.publishes(model, on_day(END + day))
        contact.is_looked_at(on_day(END + day + 0.5))
    assert contact.heard == heard
