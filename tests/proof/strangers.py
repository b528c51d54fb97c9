"""Forms by strangers who know somebody's address, among what she, an operator and an import say: what each may change.

What must hold is worked out here once more, step by step, from the law alone: a form proves only that somebody typed an
address. The service is asked what it shows.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from rich.table import Table

from leadbell.capture.imports import FILED_UNDER, Setting, read_contact
from leadbell.consents import FIELD_OF, PROFILING
from leadbell.events import LIFTED, Fact
from leadbell.lifecycle.stages import Stage
from leadbell.privacy.operator import Operator
from leadbell.privacy.preferences import Preferences
from leadbell.scoring.published import Models
from leadbell.scoring.scoring import derive
from tests.aws.world import SENDER, World
from tests.integration.service import EVA, KEYS
from tests.integration.test_newsletter import choices_of
from tests.proof.memory import scene

SEED = 20_261_128
EMAIL = EVA["email"]
TITLES = ("Student", "Student", "Clerk", "CEO")
STRANGE = {
    "country": ("KP", "US"),
    "company": ("Rival AB", "None"),
    "phone": ("+46705550110", "+4681"),
    "name": ("M", "N"),
}
IMPORTED = {
    "company": "Acme AB",
    "job_title": "VP Operations",
    "country": "SE",
    "phone": "+4687654321",
    "name": "Eva Ek",
}


@dataclass
class Counts:
    """How often each thing was tried, and each way in which the law was broken."""

    forms: int = 0
    requests: int = 0
    undone: int = 0
    undone_exactly: int = 0
    changed: list[str] = field(default_factory=list)
    silenced: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)


@dataclass
class Believed:
    """What is proven of her, and what the no of a form pauses."""

    known: dict[str, str] = field(default_factory=dict)
    subscribed: bool = False
    left: bool = False
    objects: bool = False
    paused: set[str] = field(default_factory=set)

    def hears_no(self, purpose: str) -> None:
        if (purpose == "newsletter" and self.subscribed) or (purpose == "profiling" and not self.objects):
            self.paused.add(purpose)

    def is_told(self, purpose: str, *, given: bool) -> None:
        """By a proven word."""
        self.paused.discard(purpose)
        if purpose == "newsletter":
            self.subscribed, self.left = given, not given
        else:
            self.objects = not given


@dataclass
class Life:
    """One life: who does what next is chance."""

    here: World
    chance: random.Random
    counts: Counts
    believed: Believed = field(default_factory=Believed)
    steps: int = 0

    def step(self) -> None:
        acts: list[Callable[[], None]] = [
            *[self.stranger] * 6,
            *[self.she_asks] * 3,
            self.she_signs_up,
            self.imported,
            self.answers,
            self.answers,
            self.chooses,
            self.operator,
        ]
        self.steps += 1
        self.here.clock.move(minutes=self.chance.choice((1, 30, 1500)))
        act = self.chance.choice(acts)
        act()
        self.here.drain()
        self.check(act.__name__)

    # ---- What is not proven ----

    def stranger(self) -> None:
        self.counts.forms += 1
        said = {name: self.chance.choice(values) for name, values in STRANGE.items() if self.chance.random() < 0.5}
        said |= {"job_title": self.chance.choice(TITLES)} if self.chance.random() < 0.5 else {}
        noes = [purpose for purpose in ("newsletter", "profiling") if self.chance.random() < 0.3]
        ticks = {f"_consent[{purpose}]": self.chance.choice(("no", "0")) for purpose in noes}
        if self.chance.random() < 0.3:
            ticks |= {f"_consent[{purpose}]": "yes" for purpose in ("newsletter", "profiling") if purpose not in noes}
        path = self.chance.choice(("/forms/contact", "/forms/demo", "/downloads/guide", "/newsletter"))
        self.here.service.post(path, {"email": EMAIL, "message": f"{self.steps}", **said, **ticks})
        for purpose in noes if path != "/newsletter" else ():  # nobody believes a signup before it is confirmed
            self.believed.hears_no(purpose)

    def she_asks(self) -> None:
        if self.chance.random() < 0.7:
            self.set_back()
            self.here.drain()
        before = {letter["fact"] for letter in self.here.service.letters(EMAIL)}
        stage = self.here.service.standing(EMAIL).stage
        hers = EVA if self.chance.random() < 0.5 else {"email": EMAIL}
        self.here.service.post("/forms/demo", {**hers, "message": f"Mine {self.steps}"})
        self.here.drain()
        self.counts.requests += 1
        (letter,) = (each for each in self.here.service.letters(EMAIL) if each["fact"] not in before)
        is_open = stage in (Stage.SQL, Stage.OPPORTUNITY)
        if letter["heard"] == "copy" and not is_open:
            self.counts.silenced.append(f"step {self.steps}: {letter['why']}")

    def she_signs_up(self) -> None:
        """And presses the button, if a mail came."""
        sent = len(self.here.ses.sent)
        self.here.sign_up(EMAIL)
        self.here.drain()
        new = [mail for mail in self.here.ses.sent[sent:] if "/confirm/" in mail.links[0]]
        if new and self.chance.random() < 0.7:
            self.here.press(new[0].links[0])
            self.believed.is_told("newsletter", given=True)

    # ---- What is proven ----

    def imported(self) -> None:
        # A title that is proven leaves strangers nothing to say that would silence her.
        cells = {
            name: IMPORTED[name] for name in IMPORTED if self.chance.random() < (0.1 if name == "job_title" else 0.5)
        }
        if not cells:
            return
        cells |= {"company": f"Acme {self.steps}"} if "company" in cells else {}
        row = read_contact({"email": EMAIL, **cells}, Setting(KEYS, "SE", (), self.here.clock()))
        self.here.service.contacts.file(row.contact_id, row.fact, FILED_UNDER)
        self.believed.known |= cells

    def answers(self) -> None:
        """The latest question whether a no was hers."""
        asked = [mail.links[0] for mail in self.here.ses.sent if mail.subject == "Did you say no?"]
        if not asked or self.here.open(asked[-1]).status != 200:
            return
        do = self.chance.choice(("undo", "undo", "keep"))
        was, self.believed.paused = self.believed.paused, set()
        self.here.press(asked[-1], f"do={do}")
        self.here.drain()
        for purpose in was if do == "keep" else ():
            self.believed.is_told(purpose, given=False)
        if was and do == "undo" and not self.believed.objects:
            self.counts.undone += 1
            self.counts.undone_exactly += self.is_as_if_never_said()

    def chooses(self) -> None:
        if not self.here.service.facts(EMAIL):
            return
        do = self.chance.choice(("join", "leave", "object", "allow"))
        self.here.press(choices_of(self.here), f"do={do}")
        self.believed.is_told("newsletter" if do in ("join", "leave") else "profiling", given=do in ("join", "allow"))

    def operator(self) -> None:
        service = self.here.service
        contact, given = service.id_of(EMAIL), self.chance.random() < 0.5
        act = Operator(service.contacts, "ann", self.here.clock(), lambda: f"operator-{self.steps}")
        if self.chance.random() < 0.5:
            act.note_objection(contact, withdrawn=given)
            self.believed.is_told("profiling", given=given)
        else:
            act.note_consent(contact, "newsletter", given=given, how="phone", text="Yes.")
            self.believed.is_told("newsletter", given=given)

    def set_back(self) -> None:
        """So that her next request alerts again."""
        if self.here.service.standing(EMAIL).stage is Stage.SQL:
            service = self.here.service
            act = Operator(service.contacts, "ann", self.here.clock(), lambda: f"back-{self.steps}")
            act.set_stage(service.id_of(EMAIL), Stage.LEAD)

    # ---- What the service shows ----

    def check(self, act: str) -> None:
        facts = self.here.service.facts(EMAIL)
        if not facts:
            return
        where, believed = f"step {self.steps}, {act}", self.believed
        profile = (self.here.service.table.get(f"CONTACT#{self.here.service.id_of(EMAIL)}", "PROFILE") or {}).get(
            "known", {}
        )
        if not believed.objects:
            self.counts.changed += [
                f"{where}: {name} is {profile.get(name, {}).get('value')}"
                for name, value in believed.known.items()
                if profile.get(name, {}).get("value") != value
            ]
        state: Preferences = self.here.service.apps["consent"].chosen.state(self.here.service.id_of(EMAIL))
        shown = (state.is_subscribed, state.objects, set(state.paused))
        is_subscribed = believed.subscribed and "newsletter" not in believed.paused
        if shown != (is_subscribed, believed.objects, believed.paused):
            self.counts.ended.append(f"{where}: {shown}, not {(is_subscribed, believed.objects, believed.paused)}")
        is_graded = self.here.service.standing(EMAIL).grade not in ("-", "")
        if is_graded == (believed.objects or PROFILING in believed.paused):
            self.counts.ended.append(f"{where}: graded {is_graded}")

    def is_as_if_never_said(self) -> bool:
        """Whether the score is that of the same facts without any no of a form."""
        service, now = self.here.service, self.here.clock()
        contact = service.id_of(EMAIL)
        standing = service.standing(EMAIL)
        facts = [_without_noes(fact) for fact in service.contacts.facts(contact) if fact.type != LIFTED]
        worth = derive(facts, standing.reset_at, Models(service.table).active().compiled, now)
        kept: Any = service.table.get(f"CONTACT#{contact}", "PROFILE") or {"known": {}}
        known = {name: each["value"] for name, each in kept["known"].items()}
        score = standing.score
        return (worth.grade, worth.fit, worth.interest, worth.profile.values()) == (
            score.grade, score.fit, score.interest, known,
        )  # fmt: skip


def _without_noes(fact: Fact) -> Fact:
    if fact.is_proven:
        return fact
    fields = {name: value for name, value in fact.fields.items() if not (name in FIELD_OF.values() and value is False)}
    return replace(fact, fields=fields)


def live(lives: int, steps: int, seed: int = SEED) -> Counts:
    """So many lives of so many steps."""
    counts = Counts()
    for number in range(lives):
        with scene(sender=SENDER) as here:
            life = Life(here, random.Random(seed + number), counts)
            for _ in range(steps):
                life.step()
    return counts


def measure(lives: int = 40, steps: int = 150) -> Table:
    """What strangers' forms changed, which must be nothing."""
    counts = live(lives, steps)
    assert (counts.changed, counts.silenced, counts.ended) == ([], [], [])
    assert counts.undone_exactly == counts.undone > 0
    table = Table(
        "lives", "steps", "forms by strangers", "requests of hers", "silenced", "changed", "ended", "undone exactly"
    )
    undone = f"{counts.undone_exactly:,} of {counts.undone:,}"
    table.add_row(f"{lives}", f"{lives * steps:,}", f"{counts.forms:,}", f"{counts.requests:,}", "0", "0", "0", undone)
    return table
