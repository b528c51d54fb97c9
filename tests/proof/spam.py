"""The whole corpus through the real doors: 4,000 submissions by machines, 2,000 by people, and who hears of what.

The real handlers over a table in memory, each submission with the stamp that its form would have fetched. Limits are
out of the way: a botnet comes from everywhere. What is caught may lead to no fact, no alert and no message copy.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from rich.console import Group
from rich.table import Table

from leadbell.contacts.items import partition
from leadbell.identity import contact_id, read_email, read_phone
from leadbell.web.stamps import stamp_for
from tests.aws.world import World
from tests.integration.service import ENVIRONMENT, KEYS, scan
from tests.proof.memory import scene
from tests.spam.corpus import corpus
from tests.spam.measured import MOST_FALSE, PEOPLE, held_shares, table
from tests.spam.sample import HELD_OUT, TUNING, Half, Sample

HEARD = ("ALERT", "COPY")
OURS = ("EVENT", *HEARD)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a door did with a submission; its answer does not tell."""

    sample: Sample
    pk: str
    is_held: bool


@dataclass
class Run:
    """What became of the corpus, by half; what was written for the contacts behind caught spam and behind people."""

    outcomes: dict[Half, list[Outcome]] = field(default_factory=dict)
    of_caught: Counter[str] = field(default_factory=Counter)
    of_people: Counter[str] = field(default_factory=Counter)

    @property
    def shares(self) -> dict[Half, dict[str, float]]:
        found = self.outcomes.items()
        return {half: held_shares((each.sample, each.is_held) for each in outcomes) for half, outcomes in found}


def play(step: int = 1) -> Run:
    """Every `step`th submission of both halves, and all that follows from it."""
    run = Run()
    with scene() as world:
        for half in (TUNING, HELD_OUT):
            run.outcomes[half] = [_send(world, sample) for sample in corpus(half)[::step]]
        world.drain(limit=100_000)
        items = scan(world.service.client, "pk", "sk")
    outcomes = [each for half in run.outcomes.values() for each in half]
    passed = {each.pk for each in outcomes if not each.is_held}
    caught = {each.pk for each in outcomes if each.is_held and not each.sample.is_human} - passed
    people = {each.pk for each in outcomes if not each.is_held and each.sample.is_human}
    for item in items:
        kind = item["sk"].split("#")[0]
        run.of_caught[kind] += item["pk"] in caught
        run.of_people[kind] += item["pk"] in people
    return run


def _send(world: World, sample: Sample) -> Outcome:
    fields = dict(sample.fields)
    if sample.seconds is not None:
        shown = world.clock() - timedelta(seconds=sample.seconds)
        fields["_t"] = stamp_for(KEYS, sample.path.removeprefix("/"), shown)
    answer = world.post(sample.path, fields, accept="application/json")
    quarantine = f"QUARANTINE#{world.clock().date().isoformat()}"
    return Outcome(sample, _contact(sample), world.service.table.get(quarantine, answer.json["id"]) is not None)


def _contact(sample: Sample) -> str:
    if "email" in sample.fields:
        return partition(contact_id(KEYS, email=read_email(sample.fields["email"])))
    return partition(contact_id(KEYS, phone=read_phone(sample.fields["phone"], ENVIRONMENT["DEFAULT_COUNTRY"])))


def measure() -> Group:
    """The shares that are held, and what caught spam led to."""
    run = play()
    follows = Table("of", "facts", "alerts", "copies", title="What was written and mailed, all halves")
    for name, counts in (("caught spam", run.of_caught), ("people who passed", run.of_people)):
        follows.add_row(name, *(f"{counts[kind]:,}" for kind in OURS))
    assert not any(run.of_caught[kind] for kind in OURS)
    assert all(shares[PEOPLE] <= MOST_FALSE for shares in run.shares.values())
    return Group(table(run.shares), follows)
