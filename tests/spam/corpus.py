"""The corpus: 8 kinds of machines by 500, and 2,000 people; half of each is held out."""

from tests.spam.bots import KINDS, bots
from tests.spam.people import people
from tests.spam.sample import Half, Sample

OF_A_KIND = 500
PEOPLE = 2000


def corpus(half: Half) -> list[Sample]:
    """This half of it; the same each time."""
    machines = [sample for kind in KINDS for sample in bots(half, kind, OF_A_KIND // 2)]
    return machines + people(half, PEOPLE // 2)
