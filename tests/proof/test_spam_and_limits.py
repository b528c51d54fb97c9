"""The proofs of spam and of limits, a small part of each."""

from tests.proof import limits, spam
from tests.proof.spam import OURS


def test_caught_spam_leads_to_nothing_and_people_are_heard() -> None:
    run = spam.play(step=40)
    assert [run.of_caught[kind] for kind in OURS] == [0, 0, 0]
    assert run.of_people["ALERT"] + run.of_people["COPY"] > 20
    assert sum(outcome.is_held for half in run.outcomes.values() for outcome in half) > 60


def test_as_many_pass_as_the_limit_says_whatever_forwarded_for_says() -> None:
    flood = limits.play(requests=400, minutes=2)
    assert flood.minutes == [{303: 10, 429: 190}] * 2
    assert flood.visitor == {303: 20}
    assert flood.facts == 40
