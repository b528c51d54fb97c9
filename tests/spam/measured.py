"""What the rules do with the corpus, without a door around them."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from rich.table import Table

from leadbell.capture.field_reading import read_submission
from leadbell.capture.spam import Verdict, verdict
from leadbell.field_names import HONEYPOTS
from leadbell.forms.config import SpamSettings
from leadbell.keyed import Keyring
from leadbell.web.bodies import Body, control
from leadbell.web.stamps import Shown
from tests.spam.sample import Half, Sample

MOST_FALSE = 0.005
PEOPLE = "people"


def judged(sample: Sample) -> Verdict:
    """What a door would find."""
    pairs = tuple(sample.fields.items())
    said = read_submission(Body(pairs), Keyring.of(b"a secret of the tests"), "SE")
    shown = Shown() if sample.seconds is None else Shown(timedelta(seconds=sample.seconds))
    return verdict(said.fields, control(pairs, *HONEYPOTS), shown, SpamSettings(our_business=sample.trade))


def held_shares(samples: Iterable[tuple[Sample, bool]]) -> dict[str, float]:
    """Of each kind, the share that is held."""
    sent, held = Counter[str](), Counter[str]()
    for sample, is_held in samples:
        sent[sample.kind] += 1
        held[sample.kind] += is_held
    return {kind: held[kind] / count for kind, count in sent.items()}


def table(found: dict[Half, dict[str, float]]) -> Table:
    """The shares of the halves beside each other."""
    shown = Table("sent by", *(half.name for half in found), title="Held for a look, of 250 of a kind and 1,000 people")
    for kind in next(iter(found.values())):
        shown.add_row(kind, *(f"{shares[kind]:.1%}" for shares in found.values()))
    machines = [[share for kind, share in shares.items() if kind != PEOPLE] for shares in found.values()]
    shown.add_row("all machines", *(f"{sum(shares) / len(shares):.1%}" for shares in machines))
    return shown
