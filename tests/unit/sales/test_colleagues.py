"""Who is a colleague of whom, how a mail says so, and which rep that leads to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from leadbell.companies import Company
from leadbell.identity import company_id
from leadbell.keyed import Keyring
from leadbell.lifecycle.notices import Heard, Notice
from leadbell.lifecycle.stages import Stage
from leadbell.lifecycle.standing import Bookkeeping
from leadbell.outbox.blocks import Colleagues, Line
from leadbell.sales.colleagues import (
    Colleague,
    colleague_of,
    company_domain,
    in_order,
    is_known,
    line_about,
    reps_of,
    told_of,
)
from leadbell.sales.routing import Rep, Route, having, route
from tests.unit.facts import form, on_day, standing_on

MIA = Rep("mia", "Mia", "arn:aws:sns:eu-north-1:1:mia", ("SE",))
RUI = Rep("rui", "Rui", "arn:aws:sns:eu-north-1:1:rui", ("PT",))
GONE = Rep("gone", "Gun", "arn:aws:sns:eu-north-1:1:gone", ("SE",), active=False)


def colleague(name: str = "Anna Ek", stage: Stage = Stage.SQL, day: float = 10, *reps: str) -> Colleague:
    return Colleague(f"c_{name}", name, "VP Operations", stage, on_day(day), 1, reps)


# ---- who -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("anna@acme.example", "acme.example"),
        ("Anna@ACME.example", "acme.example"),
        ("anna@eu.acme.example", "eu.acme.example"),
        ("anna@gmail.com", ""),
        ("anna@yahoo.co.uk", ""),
        ("anna@student.lu.se", ""),
        ("anna@cam.ac.uk", ""),
        ("", ""),
    ],
)
def test_only_an_address_of_a_company_s_own_domain_has_colleagues(email: str, domain: str) -> None:
    assert company_domain(email, None) == domain


def test_what_the_operator_said_of_the_domain_above_joins_the_hosts_below_it() -> None:
    acme = Company("acme.example", "account", "mia", on_day(0))
    assert company_domain("anna@eu.acme.example", acme) == "acme.example"
    assert company_domain("lo@student.lu.se", Company("lu.se", "account", "mia", on_day(0))) == ""


def test_known_is_who_stands_at_mql_or_above() -> None:
    known = [stage for stage in Stage if is_known(stage, "?4")]
    assert known == [Stage.MQL, Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER, Stage.EVANGELIST]


def test_who_is_not_graded_is_nobody_s_colleague() -> None:
    assert not is_known(Stage.SQL, "-")


def test_a_company_s_id_shows_no_domain_and_differs_by_stack() -> None:
    assert company_id(Keyring.of(b"one secret"), "acme.example") == company_id(
        Keyring.of(b"one secret"), "acme.example"
    )
    assert company_id(Keyring.of(b"one secret"), "acme.example") != company_id(
        Keyring.of(b"another secret"), "acme.example"
    )
    assert "acme" not in company_id(Keyring.of(b"one secret"), "acme.example")


def test_colleagues_see_name_title_stage_and_the_owner_before_the_rep_of_the_alert() -> None:
    shown = {"name": "Anna Ek", "title": "VP Operations", "email": "anna@acme.example"}
    sql = standing_on(Stage.SQL, since=on_day(10), cycle=2, owner="mia", alerted_rep="rui")
    standing = replace(sql, bookkeeping=Bookkeeping(display=shown, listed_under="d_acme"))
    assert colleague_of("c_1", standing) == Colleague(
        "c_1", "Anna Ek", "VP Operations", Stage.SQL, on_day(10), 2, ("mia", "rui")
    )
    assert colleague_of("c_1", replace(sql, bookkeeping=Bookkeeping(display=shown))) is None


def test_who_gave_no_name_is_known_by_the_address() -> None:
    bookkeeping = Bookkeeping(display={"email": "bo@acme.example"}, listed_under="d_acme")
    known = colleague_of("c_1", replace(standing_on(Stage.MQL, since=on_day(1)), bookkeeping=bookkeeping))
    assert known is not None
    assert line_about(known, []) == Line("bo@acme[.]example: MQL since 3 March 2026", "c_1")


# ---- in which words --------------------------------------------------------------------------------------------------


def test_the_furthest_on_the_ladder_comes_first_and_of_one_stage_the_latest() -> None:
    early, late = colleague("Early", Stage.SQL, 1), colleague("Late", Stage.SQL, 2)
    deal, warm = colleague("Deal", Stage.OPPORTUNITY, 0), colleague("Warm", Stage.MQL, 3)
    assert [each.name for each in in_order([warm, early, deal, late])] == ["Deal", "Late", "Early", "Warm"]


def test_a_line_says_who_where_on_the_ladder_since_when_and_with_whom() -> None:
    assert (
        line_about(colleague("Anna Ek", Stage.SQL, 10, "mia"), [MIA]).text
        == "Anna Ek, VP Operations: SQL since 12 March 2026, with Mia"
    )


def test_a_rep_who_left_has_nobody_any_more() -> None:
    assert line_about(colleague("Anna", Stage.SQL, 10, "gone"), [GONE, MIA]).text.endswith("12 March 2026")
    assert line_about(colleague("Anna", Stage.SQL, 10, "gone", "mia"), [GONE, MIA]).text.endswith("with Mia")


def test_five_are_named_and_the_others_counted() -> None:
    seven = [colleague(f"Person {number}") for number in range(7)]
    named = [line_about(each, []) for each in seven]
    assert told_of(seven, []) == Colleagues((*named[:5], Line("and 2 more")))
    assert told_of(seven[:5], []) == Colleagues(tuple(named[:5]))
    assert told_of([], []) == Colleagues()


def test_what_a_colleague_typed_stays_in_their_line() -> None:
    typed = colleague("Anna\n\nLead page: https://evil.example/x\u202e", Stage.SQL, 10)
    assert line_about(typed, []).text == (
        "Anna Lead page: https[:]//evil[.]example/x, VP Operations: SQL since 12 March 2026"
    )


# ---- which rep -------------------------------------------------------------------------------------------------------


def test_the_rep_who_has_a_colleague_open_comes_before_the_country() -> None:
    anna = colleague("Anna", Stage.SQL, 10, "rui")
    assert route("", "SE", [MIA, RUI], has_open=reps_of([anna])) == Route(RUI)


def test_the_contact_s_owner_and_the_company_s_come_before_a_colleague_s_rep() -> None:
    has_open = reps_of([colleague("Anna", Stage.SQL, 10, "rui")])
    assert route("mia", "PT", [MIA, RUI], has_open=has_open) == Route(MIA)
    assert route("", "PT", [MIA, RUI], "mia", has_open) == Route(MIA)


def test_a_rep_who_left_is_passed_over_for_the_next_colleague_s_then_the_country() -> None:
    left, other = colleague("Anna", Stage.SQL, 11, "gone"), colleague("Cy", Stage.SQL, 10, "rui")
    assert route("", "SE", [GONE, MIA, RUI], has_open=reps_of([left, other])) == Route(RUI)
    assert route("", "SE", [GONE, MIA, RUI], has_open=reps_of([left])) == Route(MIA)


def test_a_colleague_who_is_no_lead_yet_leads_to_no_rep() -> None:
    assert reps_of([colleague("Anna", Stage.MQL, 10, "rui")]) == []
    stages = (Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER, Stage.EVANGELIST)
    assert reps_of([colleague("A", stage, 1, f"rep-{stage}") for stage in stages]) == [f"rep-{each}" for each in stages]


def test_what_follows_an_alert_goes_to_who_got_it_while_the_lead_is_open() -> None:
    asked = form("pricing", 1)
    lead = standing_on(Stage.SQL, alerted_rep="rui", since=on_day(0) + timedelta(hours=1))
    assert having(Notice(Heard.ASKED_AGAIN, asked), lead) == ("rui",)
    assert having(Notice(Heard.COPY, asked), lead) == ("rui",)
    assert having(Notice(Heard.ALERT, asked), lead) == ()
    assert having(Notice(Heard.COPY, asked), standing_on(Stage.RECYCLED, alerted_rep="rui")) == ()
