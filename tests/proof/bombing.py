"""Somebody types other people's addresses into the newsletter's form, thousands of times and in every spelling."""

import random
from collections import Counter
from datetime import timedelta

from rich.table import Table

from leadbell.identity import folded
from tests.aws.world import SENDER, World
from tests.proof.memory import scene

SEED = 20_260_302
VICTIMS = (
    *(f"{name}@gmail.com" for name in ("evaexample", "boexample", "kimexample")),
    *(f"{name}@acme.example" for name in ("nora", "max", "lea")),
    *(f"{name}@muster.example" for name in ("finn", "ida", "jo")),
)


def variant(chance: random.Random, victim: str) -> str:
    """The address in one of the spellings that reach the same mailbox."""
    local, _, domain = victim.partition("@")
    dotted = "".join(f"{letter}{'.' if chance.random() < 0.3 else ''}" for letter in local[:-1]) + local[-1]
    cased = "".join(letter.upper() if chance.random() < 0.3 else letter for letter in dotted)
    tag = f"+{chance.randrange(500)}" if chance.random() < 0.6 else ""
    twin = {"gmail.com": "googlemail.com"}.get(domain, domain) if chance.random() < 0.3 else domain
    return f"{cased}{tag}@{twin}"


def bomb(here: World, signups: int, days: int, seed: int = SEED) -> Counter[tuple[str, str]]:
    """So many signups over so many days; gives how many mails each mailbox got on each day."""
    chance, began = random.Random(seed), here.clock()
    for number in range(1, signups + 1):
        here.sign_up(variant(chance, chance.choice(VICTIMS)))
        # By the clock and not one after the other: what the service takes for its work must not stretch the day.
        here.clock.at = max(here.clock(), began + timedelta(days=days) * number / signups)
        if chance.random() < 0.05:
            here.drain()
    here.drain()
    here.pass_time(60)
    return Counter((folded(mail.to), mail.at.date().isoformat()) for mail in here.ses.sent)


def check(got: Counter[tuple[str, str]]) -> tuple[int, int]:
    """The most that one mailbox got on one day, and ever."""
    ever = Counter(mailbox for mailbox, _ in got.elements())
    assert ever.keys() == {folded(victim) for victim in VICTIMS}
    assert max(got.values()) == 1
    assert max(ever.values()) <= 3
    return max(got.values()), max(ever.values())


def measure(signups: int = 5000) -> Table:
    """One row per length of the attack."""
    table = Table("within", "signups", "addresses typed", "mails", "most to a mailbox in a day", "ever")
    for days in (1, 10):
        with scene(sender=SENDER) as here:
            got = bomb(here, signups, days)
            in_a_day, ever = check(got)
            typed = len({item["pk"] for item in here.service.items("", "STANDING")})
            told = timedelta(days=days).days
            row = (f"{told} day(s)", f"{signups:,}", f"{typed:,}", f"{got.total():,}", str(in_a_day), str(ever))
            table.add_row(*row)
    table.title = f"{len(VICTIMS)} people, their addresses typed by somebody else"
    return table
