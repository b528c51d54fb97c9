"""What sales can say of a contact, what is refused, and what follows."""

from datetime import date, timedelta
from typing import Any

import pytest

from leadbell.errors import AlreadyAnswered, IllegalMove, InvalidFact
from leadbell.events import FACT_TYPES, Trust
from leadbell.lifecycle.dispositions import (
    DISPOSITIONS,
    DISQUALIFIED_BECAUSE,
    LOST_BECAUSE,
    RECYCLED_BECAUSE,
    Disposition,
    allowed_on,
    check_said,
    check_taken,
    read_disposition,
    same_answer,
)
from leadbell.lifecycle.notices import Heard, Notice
from leadbell.lifecycle.stages import MOVES, Actor, Stage
from leadbell.lifecycle.standing import next_timer as timer_of
from leadbell.outbox.blocks import SalesMail
from leadbell.sales.alert_text import Occasion, compose
from leadbell.sales.routing import Rep, Route, reader_of
from leadbell.scoring.scoring import derive
from tests.unit.facts import VP, Journey, after, fact, form, guide, on_day, says, set_stage, standing_on

STAGES = list(Stage)
TODAY = on_day(1).date()
D120 = on_day(120).date()

# Where each answer is taken and where it leads, written out once more. All else is refused.
TAKEN = {
    ("sales.accepted", ""): {"sql": "sql"},
    ("sales.rejected", "timing"): {"sql": "recycled", "opportunity": "recycled"},
    ("sales.rejected", "student"): {"sql": "disqualified", "opportunity": "disqualified"},
    ("sales.rejected", "former-customer"): {"customer": "recycled", "evangelist": "recycled"},
    ("meeting.held", ""): {"sql": "opportunity", "opportunity": "opportunity"},
    ("opportunity.opened", ""): {"sql": "opportunity", "opportunity": "opportunity"},
    ("deal.won", ""): {"opportunity": "customer"},
    ("deal.lost", "price"): {"sql": "recycled", "opportunity": "recycled"},
    ("customer.referred", ""): {"customer": "evangelist", "evangelist": "evangelist"},
}
SAYABLE = {
    "sql": "sales.accepted, sales.rejected, meeting.held, opportunity.opened, deal.lost",
    "opportunity": "sales.rejected, meeting.held, opportunity.opened, deal.won, deal.lost",
    "customer": "sales.rejected for former-customer, customer.referred",
    "evangelist": "sales.rejected for former-customer, customer.referred",
}


def rejected(day: float = 1, reason: str = "timing", **said: Any) -> Any:
    return says("sales.rejected", day, reason=reason, **said)


# ---- every stage and every answer ------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(("type_", "reason"), list(TAKEN))
def test_an_answer_is_taken_from_a_stage_or_refused_with_what_sales_can_say_there(
    type_: str, reason: str, stage: Stage
) -> None:
    said, standing = Disposition(type_, 1, reason), standing_on(stage, cycle=1)
    leads_to = TAKEN[type_, reason].get(stage)
    if leads_to is not None:
        check_taken(said, standing)
        assert said.leads_to == leads_to
        assert said.leads_to is stage or Actor.SALES in MOVES[stage, said.leads_to]
        return
    with pytest.raises(IllegalMove) as refused:
        check_taken(said, standing)
    about = f"{type_} for {reason}" if reason else type_
    sayable = SAYABLE.get(stage, "nothing")
    assert str(refused.value) == f"{about} is not possible at stage {stage}; possible: {sayable}"


def test_every_answer_is_in_that_table() -> None:
    assert {type_ for type_, _ in TAKEN} == set(DISPOSITIONS)
    assert {", ".join(allowed_on(stage)) for stage in STAGES} == {"", *SAYABLE.values()}


def test_every_move_of_the_table_that_is_for_sales_has_an_answer_that_makes_it() -> None:
    made = {(stage, leads_to) for row in TAKEN.values() for stage, leads_to in row.items() if stage != leads_to}
    assert made == {pair for pair, actors in MOVES.items() if Actor.SALES in actors}


def test_an_answer_to_another_qualification_is_refused() -> None:
    with pytest.raises(IllegalMove, match=r"deal\.won answers qualification 1, but the contact is at 2"):
        check_taken(Disposition("deal.won", 1), standing_on(Stage.OPPORTUNITY, cycle=2))


def test_answers_are_verified_facts_that_are_kept_for_ever_and_looked_at_even_if_the_bell_is_lost() -> None:
    for type_ in DISPOSITIONS:
        assert FACT_TYPES[type_].retention_days is None
        assert FACT_TYPES[type_].matters
    assert says("deal.won", 1).trust is Trust.VERIFIED


# ---- reasons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "codes"),
    [("sales.rejected", {**RECYCLED_BECAUSE, **DISQUALIFIED_BECAUSE}), ("deal.lost", LOST_BECAUSE)],
)
def test_giving_up_needs_a_reason_of_its_list(type_: str, codes: dict[str, str]) -> None:
    listed = ", ".join(codes)
    for code in codes:
        check_said(Disposition(type_, 1, code, competitor="Acme" if (type_, code) == LOST_TO else ""), TODAY)
    with pytest.raises(InvalidFact, match=f"^{type_} needs a reason; reasons: {listed}$"):
        check_said(Disposition(type_, 1), TODAY)
    with pytest.raises(InvalidFact, match=f"^unknown reason 'mood' for {type_}; reasons: {listed}$"):
        check_said(Disposition(type_, 1, "mood"), TODAY)


LOST_TO = ("deal.lost", "competitor")


def test_no_code_both_recycles_and_disqualifies() -> None:
    assert RECYCLED_BECAUSE.keys().isdisjoint(DISQUALIFIED_BECAUSE)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Disposition("deal.doubled", 1), "unknown answer 'deal.doubled'; answers: sales.accepted, sales.rejected"),
        (Disposition("deal.won", 1, "price"), "deal.won has no reasons"),
        (Disposition(*LOST_TO[:1], 1, LOST_TO[1]), "the competitor's name is missing"),
        (
            Disposition("deal.lost", 1, "price", competitor="Acme"),
            "a competitor's name is only for a deal lost to a competitor",
        ),
        (
            Disposition("sales.rejected", 1, "competitor", competitor="Acme"),
            "a competitor's name is only for a deal lost to a competitor",
        ),
        (Disposition("deal.lost", 1, "competitor", competitor="A" * 61), "at most 60 characters"),
        (
            Disposition("sales.rejected", 1, "spam", D120),
            "a return date is only for a lead that returns to marketing or is lost",
        ),
        (
            Disposition("sales.accepted", 1, back_on=D120),
            "a return date is only for a lead that returns to marketing or is lost",
        ),
        (
            Disposition("sales.rejected", 1, "timing", TODAY),
            "must be after today and within 1,100 days",
        ),
        (Disposition("deal.lost", 1, "price", TODAY + timedelta(days=1101)), "within 1,100 days"),
    ],
)
def test_what_does_not_go_together_is_refused_in_words(said: Disposition, why: str) -> None:
    with pytest.raises(InvalidFact, match=why):
        check_said(said, TODAY)


def test_an_answer_says_itself_in_words() -> None:
    assert Disposition("sales.rejected", 1, "timing", D120).words == (
        "sales gave it back: not the right time, back on 30 Jun 2026"
    )
    assert Disposition("deal.lost", 1, "competitor", None, "Acme").words == "the deal was lost: a competitor (Acme)"
    assert Disposition("sales.accepted", 1).words == "sales took it up"


# ---- slots -----------------------------------------------------------------------------------------------------------


def test_what_is_stored_reads_back_as_what_was_said() -> None:
    for said in (
        Disposition("sales.rejected", 3, "timing", D120, "", "anna"),
        Disposition("deal.lost", 2, "competitor", None, "Acme", ""),
        Disposition("customer.referred", 0),
    ):
        assert read_disposition(said.fact(on_day(1))) == said


@pytest.mark.parametrize("fields", [{}, {"cycle": "first"}, {"cycle": 1, "back_on": "soon"}, {"cycle": 1}])
def test_a_stored_answer_that_says_nothing_readable_is_an_error(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidFact):
        read_disposition(fact("sales.rejected", 1, **fields))


def test_each_question_of_a_qualification_has_one_place_whatever_is_answered_and_when() -> None:
    ids = {type_: Disposition(type_, 1).fact_id for type_ in DISPOSITIONS}
    assert ids["sales.accepted"] == ids["sales.rejected"] == "sales-000001-answer"
    assert ids["deal.won"] == ids["deal.lost"] == "sales-000001-outcome"
    assert len(set(ids.values())) == 5
    assert Disposition("sales.accepted", 2).fact_id == "sales-000002-answer"


def test_a_customer_who_was_accepted_once_can_leave_all_the_same() -> None:
    assert Disposition("sales.rejected", 1, "former-customer").fact_id == "sales-000001-departure"


def test_the_same_answer_again_is_no_contradiction_whoever_gives_it() -> None:
    stands = rejected(1, back_on=D120, by="anna")
    same_answer(Disposition("sales.rejected", 1, "timing", D120, by="bo"), stands)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (Disposition("sales.accepted", 1), "sales took it up"),
        (Disposition("sales.rejected", 1, "no-budget", D120), "sales gave it back: no budget, back on 30 Jun 2026"),
        (Disposition("sales.rejected", 1, "timing"), "sales gave it back: not the right time"),
    ],
)
def test_another_answer_is_refused_with_what_stands(other: Disposition, words: str) -> None:
    with pytest.raises(AlreadyAnswered) as refused:
        same_answer(other, rejected(1, back_on=D120))
    stands = "sales gave it back: not the right time, back on 30 Jun 2026"
    assert str(refused.value) == f'"{words}" contradicts the answer of 3 Mar 2026: "{stands}"'


# ---- what follows ----------------------------------------------------------------------------------------------------


def sql() -> Journey:
    return after(form("demo", 0, **VP))


def test_who_takes_a_lead_up_owns_it_and_it_stays_an_sql() -> None:
    journey = sql()
    journey.happens(says("sales.accepted", 1, by="anna"))
    stands = journey.standing.qualification
    assert (stands.stage, stands.status, stands.owner) == (Stage.SQL, "working", "anna")
    assert journey.stages == ["sql"]
    journey.happens(form("pricing", 2))
    assert journey.heard == ["alert", "asked_again"]


def test_sales_leads_a_lead_to_a_customer_who_recommends_us() -> None:
    journey = sql()
    for day, type_ in enumerate(["sales.accepted", "meeting.held", "opportunity.opened", "deal.won"], 1):
        journey.happens(says(type_, day))
    journey.happens(says("customer.referred", 300))
    assert journey.stages == ["sql", "opportunity", "customer", "evangelist"]
    assert {str(move.by) for move in journey.moves[1:]} == {"sales"}
    assert journey.moves[2].reason == "bought"
    assert (journey.standing.qualification.status, journey.heard) == ("", ["alert"])


def test_a_lost_deal_is_recycled_with_its_reason_and_interest_starts_anew() -> None:
    lost = says("deal.lost", 9, reason="competitor", competitor="Acme")
    journey = sql()
    journey.happens(says("opportunity.opened", 1))
    journey.happens(lost)
    assert (journey.standing.stage, journey.standing.score.interest) == (Stage.RECYCLED, 0)
    assert journey.standing.reset_at == lost.received_at
    assert (journey.moves[-1].reason, journey.moves[-1].cause) == (
        "the deal was lost: a competitor (Acme)",
        "sales-000001-outcome",
    )


def test_a_student_is_disqualified_and_stays_so() -> None:
    journey = sql()
    journey.happens(rejected(1, "student"))
    journey.happens(form("demo", 30, **VP))
    assert journey.standing.stage is Stage.DISQUALIFIED
    assert [(notice.heard, notice.why) for notice in journey.notices[1:]] == [("copy", "disqualified")]


def test_what_came_after_an_answer_is_decided_by_itself() -> None:
    journey = sql()
    journey.happens(form("pricing", 1.01), rejected(1))
    assert journey.stages == ["sql", "recycled", "sql"]
    assert journey.heard == ["alert", "alert"]


def test_an_answer_that_came_too_late_is_no_move_and_says_why() -> None:
    journey = sql()
    journey.happens(set_stage("customer", 1))
    decision = journey.happens(rejected(1.01))
    assert (decision.moves, decision.notices) == ((), ())
    assert decision.no_moves == {
        "sales-000001-answer": "sales.rejected for timing is not possible at stage customer; "
        "possible: sales.rejected for former-customer, customer.referred"
    }
    assert not any(each.undecided for each in journey.facts)
    assert journey.standing.return_on is None


# ---- return dates ----------------------------------------------------------------------------------------------------


def given_back() -> Journey:
    journey = sql()
    journey.happens(rejected(1, back_on=D120, by="anna"))
    return journey


def test_a_question_after_a_rejection_names_it_too_and_the_latest_one_counts() -> None:
    journey = sql()
    journey.happens(says("opportunity.opened", 1))
    journey.happens(says("deal.lost", 9, reason="price"))
    journey.happens(form("contact", 20, message="Any news?"))
    assert "On 2026-03-11 the deal was lost: price." in mail_about(journey, journey.notices[-1]).body
    journey.happens(form("demo", 30))
    journey.happens(says("sales.rejected", 31, cycle=2, reason="no-answer"))
    journey.happens(form("contact", 40, message="Still there?"))
    body = mail_about(journey, journey.notices[-1]).body
    assert "On 2026-04-02 sales gave it back: no answer." in body
    assert "the deal was lost: price" not in body


def mail_about(journey: Journey, notice: Notice) -> SalesMail:
    derived = derive(journey.facts, journey.standing.reset_at, journey.model, on_day(120))
    link, now = "https://leads.example.com/alerts/token", on_day(120)
    return compose(Occasion(notice, journey.standing, derived, journey.facts, Route(None), 7, link, now))


def test_a_reminder_names_the_rejection_and_sets_no_deadline() -> None:
    journey = given_back()
    assert journey.passes(119).notices == ()
    (reminder,) = journey.passes(120).notices
    mail = mail_about(journey, reminder)
    assert mail.subject == "Reminder A4: take it up again (SE, 201-500) #7"
    assert "On 2026-03-03 sales gave it back: not the right time, back on 30 Jun 2026." in mail.body
    assert "That day has come. A4" in mail.body
    assert "Please answer by" not in mail.body
    assert journey.passes(121).notices == ()


def test_the_reminder_comes_although_they_warmed_up_meanwhile() -> None:
    journey = given_back()
    journey.happens(guide(30), fact("pricing.viewed", 30))
    assert journey.standing.stage is Stage.MQL
    assert [notice.heard for notice in journey.passes(120).notices] == ["reminder"]


@pytest.mark.parametrize("stage", ["sql", "opportunity", "customer", "disqualified"])
def test_no_reminder_where_a_person_has_moved_on(stage: str) -> None:
    journey = given_back()
    journey.happens(set_stage(stage, 50))
    assert journey.passes(120).notices == ()


def test_a_request_on_the_very_day_is_the_alert_and_no_reminder() -> None:
    journey = given_back()
    assert [str(each.heard) for each in journey.happens(form("demo", 120)).notices] == ["alert"]
    assert journey.passes(121).notices == ()


def test_a_day_that_passed_while_nobody_looked_is_told_of_at_the_next_look() -> None:
    journey = sql()
    journey.happens(rejected(1, back_on=date(2026, 3, 5)), now=on_day(11))
    assert timer_of(journey.standing) == date(2026, 3, 5)
    assert [notice.heard for notice in journey.passes(11.1).notices] == ["reminder"]


def test_a_reminder_is_for_who_asked_for_it_and_for_the_owner_where_they_have_left() -> None:
    anna, bo = Rep("anna", "Anna", "arn:anna"), Rep("bo", "Bo", "arn:bo")
    reminder = Notice(Heard.REMINDER, rejected(1, back_on=D120, by="anna"))
    assert reader_of(reminder, "bo", [anna, bo]) == "anna"
    assert reader_of(reminder, "bo", [bo]) == "bo"
    assert reader_of(Notice(Heard.ALERT, form("demo")), "bo", [anna, bo]) == "bo"
