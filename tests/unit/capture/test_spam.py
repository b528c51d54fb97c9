"""What looks like a machine's, sign by sign, and what the rules are worth on submissions they were not written for."""

import re
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from leadbell.capture.spam import SIGNS, STRONG, WEAK, Verdict, verdict
from leadbell.capture.spam_words import looks_random
from leadbell.forms.config import SpamSettings
from leadbell.web.stamps import Shown
from tests.spam.bots import KINDS
from tests.spam.corpus import OF_A_KIND, PEOPLE, corpus
from tests.spam.customers import CUSTOMERS, Customer
from tests.spam.measured import MOST_FALSE, held_shares, judged, table
from tests.spam.sample import HELD_OUT, TUNING, Half, Sample

EVA = {
    "name": "Eva Svensson",
    "email": "eva@acme.example.com",
    "company": "Acme AB",
    "message": "We need forty pumps by June.",
    "phone": "08-123 456 78",
    "phone_e164": "+46812345678",
}
SLOW = Shown(timedelta(seconds=40))


def look(fields: dict[str, str], trap: str = "", shown: Shown = SLOW, **settings: int) -> Verdict:
    return verdict({**EVA, **fields}, trap, shown, SpamSettings(**settings))  # type: ignore[arg-type]


def seconds(count: float) -> Shown:
    return Shown(timedelta(seconds=count))


LINK = "https://shop.example.org/x"


@pytest.mark.parametrize(
    ("sign", "found"),
    [
        ("a hidden field is filled in", look({}, "https://machines.example.org/")),
        ("a hidden field is filled in", look({}, "yes", Shown())),
        ("a hidden field repeats another", look({}, "eva@acme.example.com")),
        ("a hidden field repeats another", look({}, "Eva")),
        ("a hidden field repeats another", look({}, "+46 8 123 456 78")),
        ("a hidden field repeats another", look({}, "https://www.acme.example.com/")),
        ("a hidden field holds a name or a place", look({}, "Örnsköldsvik")),
        ("a hidden field is filled in at a person's pace", look({}, "Storgatan 12 b")),
        ("sent in less than a third of the shortest time", look({}, shown=seconds(0.9))),
        ("sent in less than the shortest time", look({}, shown=seconds(1.1))),
        ("sent in less than the shortest time", look({}, shown=seconds(8), min_seconds=9)),
        ("the stamp is forged or another form's", look({}, shown=Shown(is_forged=True))),
        ("a BBCode link", look({"message": f"see [url={LINK}]this[/url] please, it is new"})),
        ("an HTML link", look({"message": f"see <a href='{LINK}'>this</a> please, it is new"})),
        ("more links than allowed", look({"message": "see " + f"our page {LINK} and " * 3}, max_links=2)),
        ("three links or more", look({"message": "what I read about it is at " + f"our page {LINK} " * 3})),
        ("nothing but a link", look({"message": LINK})),
        ("mostly links", look({"message": f"{LINK} and {LINK}"})),
        ("hardly anything but links", look({"message": f"{LINK} {LINK} {LINK}"})),
        ("a link that hides where it leads", look({"message": "the drawing is at bit.ly/3xYz, thank you"})),
        ("a link in a name", look({"name": "Visit best-pills.xyz"})),
        ("a link in the company", look({"company": "www.acme.example.com"})),
        ("a phrase of advertising", look({"message": "We put you on the first page of Google."})),
        ("a phrase of advertising and a link", look({"message": f"We put you on the first page of Google: {LINK}"})),
        ("several phrases of advertising", look({"message": "Free spins! No deposit bonus!"})),
        ("the address of a crypto wallet", look({"message": f"Send it to 0x{'4f' * 20} today."})),
        ("one text in all fields", look({"name": "offer offer", "company": "Offer", "message": "offer"})),
        ("the message repeats a field", look({"message": "EVA SVENSSON"})),
        ("links to several sites and no question", look({"message": " ".join(f"https://{n}.org/" for n in "abc")})),
        ("the footer of a mailing", look({"message": "It says: unsubscribe here"})),
        ("random letters in several fields", look({"name": "xKjTrewQpLm", "message": "qwzxkjvbnm"})),
        ("a random name", look({"name": "xKjTrewQpLm"})),
        ("a random message", look({"message": "qwzxkjvbnm pxqzvkj"})),
        ("a random company", look({"company": "qwzxkjvbnm"})),
        ("a throw-away address", look({"email": "x@mailinator.com", "company": "qwzxkjvbnm"})),
        ("another script and a link", look({"message": f"Продвижение {LINK}"})),
        ("a message in another script than the name", look({"message": "Сколько стоит?"})),
        ("an attack in a field", look({"company": "<script>alert(1)</script>"})),
        ("an attack in a field", look({"name": "Eva\r\nBcc: all@example.org"})),
        ("an attack in the message", look({"message": "1' or '1'='1"})),
    ],
)
def test_a_sign_weighs_what_the_table_says(sign: str, found: Verdict) -> None:
    assert sign in found.signs
    assert found.points == sum(SIGNS[each] for each in found.signs)


def test_every_sign_that_weighs_something_is_shown_by_a_case() -> None:
    (cases,) = [
        mark.args[1]
        for mark in test_a_sign_weighs_what_the_table_says.pytestmark  # type: ignore[attr-defined]
        if mark.name == "parametrize"
    ]
    assert {sign for sign, _ in cases} == {sign for sign, points in SIGNS.items() if points}


@pytest.mark.parametrize(
    ("why", "found"),
    [
        ("nothing odd", look({})),
        ("no stamp", look({}, shown=Shown())),
        ("two links of one's own", look({"message": "See acme.example.com and https://docs.acme.example.com/a.pdf"})),
        ("a customer who wants what spam sells", look({"message": "Can you bring us to the first page of Google?"})),
        ("quick, with autofill", look({}, "Eva Svensson", seconds(2))),
        ("autofill and a short message", look({"message": "Hi"}, "eva@acme.example.com", Shown())),
        ("a name of four consonants in a row", look({"name": "Grzegorz Brzęczyszczykiewicz"})),
        ("another script without a link", look({"name": "Олена", "message": "Скільки це коштує?"})),
    ],
)
def test_a_person_is_not_held(why: str, found: Verdict) -> None:
    assert not found.is_held, (why, found)


def test_two_points_are_not_held_and_three_are() -> None:
    assert not Verdict(2, ("the stamp is forged or another form's",)).is_held
    assert Verdict(3, ("a BBCode link",)).is_held


def test_weak_signs_hold_nobody_however_many_there_are() -> None:
    assert not Verdict(sum(WEAK.values()), tuple(WEAK)).is_held
    assert Verdict(3, ("the stamp is forged or another form's", "a link in the company")).is_held


@pytest.mark.parametrize("customer", CUSTOMERS, ids=[each.why for each in CUSTOMERS])
def test_no_customer_is_held(customer: Customer) -> None:
    found = judged(Sample("customer", "/forms/contact", customer.fields, 40, customer.trade))
    assert not found.is_held, found.signs


def test_what_a_form_is_in_the_business_of_is_said_in_its_file() -> None:
    offer = "Increase your organic traffic and get top ranking on Google with our SEO packages: https://rankhero.top"
    fields = {**EVA, "message": offer}
    assert verdict(fields, "", SLOW, SpamSettings()).is_held
    for ours in (("SEO",), ("google", "traffic")):
        assert not verdict(fields, "", SLOW, SpamSettings(our_business=ours)).is_held
    assert verdict(fields, "", SLOW, SpamSettings(our_business=("casino",))).is_held


def test_what_somebody_forwards_or_quotes_is_not_their_own() -> None:
    offer = f"We put you on the first page of Google, free spins! {LINK}"
    assert look({"message": offer}).is_held
    for around in ("> {}", "See:\n-----Original Message-----\n{}", "Hi\n\nOn 2 March 2026, Growth Team wrote:\n{}"):
        assert look({"message": around.format(offer)}).signs == ()


@pytest.mark.parametrize(
    "name",
    [
        "Wojciechowski",
        "Ljungqvist",
        "McDonald",
        "Schwarzschild",
        "Hjelmeseth",
        "IJsselmuiden",
        "Featherstonehaugh",
        "O'Brien",
    ],
)
def test_a_name_is_not_random(name: str) -> None:
    assert not looks_random(name)


@given(
    st.dictionaries(
        st.sampled_from(["name", "email", "company", "message", "job_title", "x_a"]), st.text(max_size=400)
    ),
    st.text(max_size=60),
    st.builds(Shown, st.none() | st.timedeltas(), st.booleans()),
)
def test_whatever_is_sent_gets_a_verdict_of_known_signs(fields: dict[str, str], trap: str, shown: Shown) -> None:
    found = verdict(fields, trap, shown, SpamSettings())
    assert found.points == sum(SIGNS[sign] for sign in found.signs)
    assert trap == "" or found.points > 0


def test_a_sign_is_strong_or_weak() -> None:
    assert STRONG.keys().isdisjoint(WEAK)


def test_the_documentation_lists_the_signs_as_they_are() -> None:
    page = (Path(__file__).parents[3] / "docs/explanation/spam.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (.+) \| (\d) \|$", page, re.MULTILINE) == [(name, str(n)) for name, n in SIGNS.items()]


# ---- What the rules are worth ----------------------------------------------------------------------------------------


@cache
def shares(half: Half) -> dict[str, float]:
    return held_shares((sample, judged(sample).is_held) for sample in corpus(half))


def test_the_corpus_is_what_it_says_and_the_same_each_time() -> None:
    for half in (TUNING, HELD_OUT):
        kinds = [sample.kind for sample in corpus(half)]
        assert {kinds.count(kind) for kind in set(kinds)} == {OF_A_KIND // 2, PEOPLE // 2}
        assert len(set(kinds)) == 9
    assert corpus(TUNING) == corpus(TUNING)
    said = [{sample.fields.get("message") for sample in corpus(half) if sample.is_human} for half in (TUNING, HELD_OUT)]
    assert len(said[0] & said[1] - {None}) == 0  # no half holds a message of the other


def test_hardly_any_person_is_held_and_most_machines_are() -> None:
    found = {half: shares(half) for half in (TUNING, HELD_OUT)}
    Console(width=100).print(table(found))
    page = (Path(__file__).parents[3] / "docs/explanation/spam.md").read_text(encoding="utf-8")
    for kind in KINDS:
        assert f"| {kind} | {' | '.join(f'{half[kind]:.1%}'.replace('%', ' %') for half in found.values())} |" in page
    for half in found.values():
        assert half["people"] <= MOST_FALSE
        assert sum(half.values()) - half["people"] > 8 * 0.7
