"""Nobody learns from an answer whether an address is known, was suppressed, erased or put aside: over 2,000 pairs of
calls in a shuffled order, status, headers and body are the same, and so are the calls that the door makes to AWS."""

import os
import random
import re
import time
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

from leadbell.privacy.erasure import erase
from tests.aws.world import World
from tests.integration.service import FORM, Answer, http_event
from tests.proof.memory import scene

PAIRS = int(os.environ.get("LEADBELL_PAIRS") or 500)
DOORS = {"forms": "/forms/contact", "newsletter": "/newsletter", "downloads": "/downloads/guide"}
ACCEPT = ("text/html", "application/json")

# What differs between any two answers: ids of requests and facts, and when and by what a link was signed.
_OWN = re.compile(r'(?<="id": ")[0-9a-f-]+|(?<="request_id": ")[^"]+|X-Amz-(?:Date|Signature|Credential)=[^&"]+')


class Call(NamedTuple):
    """What one call shows to whoever sent it, and what it did."""

    status: int
    headers: Mapping[str, str]
    body: str
    to_aws: tuple[str, ...]


def signed_up(here: World, who: str) -> None:
    here.post("/newsletter", {"email": who})
    here.drain()


def suppressed(here: World, who: str) -> None:
    signed_up(here, who)
    here.service.file(who, "newsletter.unsubscribed")
    here.drain()


def erased(here: World, who: str) -> None:
    signed_up(here, who)
    erase(here.service.contacts, here.service.id_of(who), here.clock())


def put_aside(here: World, who: str) -> None:
    here.post("/newsletter", {"email": who, "_gotcha": "x"})


KNOWN: dict[str, Callable[[World, str], None]] = {
    "known": signed_up,
    "suppressed": suppressed,
    "erased": erased,
    "quarantined": put_aside,
}


def called(here: World, folder: str, fields: Mapping[str, str], accept: str, number: int) -> tuple[Call, float]:
    """One call and its milliseconds. Each comes from a sender of its own, whom no limit has counted."""
    event: Any = http_event("POST", DOORS[folder], urlencode(fields).encode(), {"content-type": FORM, "accept": accept})
    event["requestContext"]["http"]["sourceIp"] = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    wire = here.wires[folder]
    wire.start({})
    started = time.perf_counter()
    answer = here.service.send(event)
    taken = (time.perf_counter() - started) * 1000
    return _without_own(answer, tuple(wire.calls)), taken


def _without_own(answer: Answer, calls: tuple[str, ...]) -> Call:
    headers = {name: _OWN.sub("", str(value)) for name, value in answer.headers.items()}
    return Call(answer.status, headers, _OWN.sub("", answer.body), calls)


def pairs() -> list[tuple[str, str, str, int]]:
    """What is asked in each pair: in which state the address is, at which door, by whom, and in which order."""
    kinds = [(state, folder, accept) for state in (*KNOWN, "trapped") for folder in DOORS for accept in ACCEPT]
    made = [(*kinds[number % len(kinds)], number) for number in range(PAIRS)]
    random.Random(1).shuffle(made)
    return made


def auc(first: list[float], second: list[float]) -> float:
    """How well the time of a call tells which of the two it was: 0.5 is not at all."""
    ranked = sorted([(each, 0) for each in first] + [(each, 1) for each in second])
    ranks = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which)
    return (ranks - len(second) * (len(second) + 1) / 2) / (len(first) * len(second))


def test_the_answer_is_the_same_whoever_it_is_about() -> None:
    numbers, times = count(1), {"new": list[float](), "other": list[float]()}
    differences: list[tuple[str, Call, Call]] = []
    with scene() as here:
        people = {state: [f"{state[:2]}{number:04}@acme.example.com" for number in range(30)] for state in KNOWN}
        for state, those in people.items():
            for who in those:
                KNOWN[state](here, who)
        for state, folder, accept, number in pairs():
            stranger = {"email": f"ne{number:04}@acme.example.com", "message": f"Hello {number:04}"}
            who = stranger["email"].replace("ne", "tr") if state == "trapped" else people[state][number % 30]
            other = {**stranger, "email": who, **({"_gotcha": "x"} if state == "trapped" else {})}
            both = {"new": stranger, "other": other}
            names = ("new", "other") if number % 2 else ("other", "new")
            answers = {}
            here.service.apps[folder].active_forms.active(here.clock())  # else the first of the two would read them
            for name in names:
                answers[name], taken = called(here, folder, both[name], accept, next(numbers))
                times[name].append(taken)
            here.move(seconds=61)  # no limit has counted an address twice
            if answers["new"] != answers["other"]:
                differences.append((state, answers["new"], answers["other"]))
    print(f"\n{PAIRS:,} pairs of calls: differences {len(differences)}, timing AUC {auc(*times.values()):.3f}")
    assert differences == []


@pytest.mark.parametrize("folder", DOORS)
def test_a_refusal_is_the_same_too(folder: str) -> None:
    with scene() as here:
        here.post("/newsletter", {"email": "known@acme.example.com"})
        answers = [
            here.service.post(DOORS[folder], {"email": who, "_idempotency": "x" * 201}, accept="application/json")
            for who in ("known@acme.example.com", "never@acme.example.com")
        ]
    assert answers[0] == answers[1]
    assert answers[0].status == 400
