"""The service under a search: what people, AWS and an operator may do to it, and what has to be true in the end.

Real handlers, a table in memory, the strict stream, SNS and SQS. Whatever is open is chosen by `choices`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest

from leadbell import table as table_module
from leadbell.contacts.accounts import Accounts
from leadbell.contacts.derived_items import profile_item
from leadbell.contacts.items import partition
from leadbell.contacts.store import Contacts
from leadbell.contacts.visitors import Visitors
from leadbell.errors import Conflict, LeadbellError, Rejected
from leadbell.events import Fact, Trust, Value, wrote_to_us
from leadbell.identity import contact_of, visitor_of
from leadbell.lifecycle.dispositions import Disposition
from leadbell.lifecycle.stages import MOVES, Actor, Stage
from leadbell.lifecycle.standing import Standing, score_of
from leadbell.outbox.sales_outbox import is_letter
from leadbell.privacy.erasure import erase
from leadbell.qualify.refresh import Refresher
from leadbell.sales.answers import take_answer
from leadbell.sales.reps import Reps
from leadbell.scoring.appraisal import appraise
from leadbell.scoring.compiled import CompiledModel
from leadbell.scoring.published import CachedModels, Models
from leadbell.scoring.rules import Model, default_model
from leadbell.scoring.scoring import Derived
from leadbell.scoring.snapshots import History
from leadbell.table import Item, Table, decode, moment
from tests.aws.chance import Choices, Plain, Seeded
from tests.aws.conflicts import Call, Conflicts
from tests.aws.fates import FAULTS, Fate, KilledError
from tests.aws.sns import Copy
from tests.aws.stream import Turn
from tests.aws.world import World, name_of
from tests.integration.service import ENVIRONMENT, KEYS, Clock, Service, record_of
from tests.proof.dynamodb import FastDynamo
from tests.proof.memory import staged

FATES = (*FAULTS, Fate.UNREACHED, Fate.KILLED, Fate.KILLED_AFTER, Fate.CONFLICT)
WITHIN_L = (timedelta(), timedelta(minutes=2), timedelta(minutes=14))
BEYOND_L = (*WITHIN_L, timedelta(minutes=40))
RECEIPTS_KEPT = timedelta(days=4)
TURNS = (Turn.ANSWERED, Turn.LOST, Turn.THROTTLED)
PERSONAL = ("alert", "asked_again", "copy", "customer")


class Chosen:
    """Choices whose source may be replaced."""

    def __init__(self) -> None:
        self.source: Choices = Plain()

    def choose(self, n: int) -> int:
        return self.source.choose(n)


@dataclass
class Trap:
    """At the so-many-th call from now, a fate befalls the call or something else happens first."""

    calls: int
    fate: Fate = Fate.FINE
    act: Callable[[], object] | None = None


class Traps:
    """One trap for each function; each springs once."""

    def __init__(self, service: Service) -> None:
        self.set: dict[str, Trap] = {}
        self.sprung: Counter[str] = Counter()
        self._fate = Fate.FINE
        conflicts = Conflicts(service.faults, self)
        for folder in service.apps:
            conflicts.on(folder, FATES, where=self._springs)

    def _springs(self, call: Call) -> bool:
        trap = self.set.get(call.folder)
        if trap is None:
            return False
        trap.calls -= 1
        if trap.calls > 0:
            return False
        del self.set[call.folder]
        if trap.act is not None:
            self.sprung["meanwhile"] += 1
            trap.act()
            return False
        self.sprung["fault"] += trap.fate not in (Fate.KILLED, Fate.KILLED_AFTER)
        self._fate = trap.fate
        return True

    def choose(self, n: int) -> int:
        place = 1 + FATES.index(self._fate)
        return place if place < n else 0  # only a write can conflict


class StoppedError(Exception):
    """The operator's command was stopped here."""


class Stopping:
    """The table's client of a command that is stopped before its so-many-th write."""

    def __init__(self, client: FastDynamo, calls: int) -> None:
        self._client, self._left = client, calls

    def __getattr__(self, name: str) -> Any:
        if name in ("delete_item", "transact_write_items"):
            self._left -= 1
            if self._left < 0:
                raise StoppedError(name)
        return getattr(self._client, name)


@dataclass
class Ledger:
    """What was promised: acknowledged facts by contact and id, with when; and who was being erased when."""

    acknowledged: dict[tuple[str, str], datetime] = field(default_factory=dict)
    unfinished: set[str] = field(default_factory=set)
    erased: set[tuple[str, datetime]] = field(default_factory=set)

    def note(self, contact: str, fact_id: str, at: datetime) -> None:
        self.acknowledged.setdefault((contact, fact_id), at)


class Lab:
    """One run: deeds, then `end`, then what is found wrong is raised as AssertionError."""

    def __init__(self, service: Service, patch: pytest.MonkeyPatch, *, keeps_l: bool) -> None:
        self.choices, self.keeps_l = Chosen(), keeps_l
        copies = (Copy.ONE, Copy.TWICE, Copy.BESIDE_JUNK, *(() if keeps_l else (Copy.NEVER, Copy.UNREADABLE)))
        delays = WITHIN_L if keeps_l else BEYOND_L
        self.world = World(service, self.choices, patch, shards=2, split_collections=True, copies=copies, delays=delays)
        self.service, self.clock, self.traps = service, service.clock, Traps(service)
        self.client: FastDynamo = service.client
        self.contacts, self.table = service.contacts, service.table
        for rep, country in (("sara", "SE"), ("nils", "NO")):
            self.world.add_rep(rep, country)
        self.world.sns.fates["Publish"] = (Fate.FINE, *FAULTS, Fate.UNREACHED, Fate.KILLED, Fate.KILLED_AFTER)
        self.ledger, self.posts = Ledger(), list[tuple[str, str, dict[str, str], dict[str, str]]]()
        self.has_lost_records, self._killed, self.scored_meanwhile = False, 0, ""
        self.models = list(models())

    # ---- What people do ----------------------------------------------------------------------------------------------

    def post(self, who: str, path: str, fields: Mapping[str, str], key: str = "") -> None:
        headers = {"accept": "application/json"} | ({"idempotency_key": key} if key else {})
        self._send(who, path, {"email": who, **fields}, headers)
        self.posts.append((who, path, {"email": who, **fields}, headers))

    def again(self, place: int) -> None:
        """Somebody sends once more what was sent before."""
        if self.posts:
            self._send(*self.posts[-1 - place % len(self.posts)])

    def _send(self, who: str, path: str, fields: dict[str, str], headers: dict[str, str]) -> None:
        try:
            answer = self.service.post(path, fields, **headers)
        except KilledError:
            self._killed += 1
            return
        finally:
            self.pass_seconds()
        assert answer.status in (200, 201, 202, 409, 503), answer
        if answer.status < 300:
            self.ledger.note(self.service.id_of(who), answer.json["id"], self.clock())

    def file(self, contact: str, name: str, kind: str, days_ago: int = 0, **fields: Value) -> None:
        """A fact by a door that is still to come; the same name again is the sender's retry."""
        now = self.clock()
        known = {"email": fields.pop("email")} if "email" in fields else {}
        happened = now - timedelta(days=days_ago)
        trust = Trust.VERIFIED if kind.startswith(("operator.", "profiling.")) else Trust.SUBMITTED
        trust = Trust.BROWSER if visitor_of(contact) or kind.endswith(".viewed") else trust
        fact = Fact(name, kind, happened, now, trust, {**known, **fields})
        self.contacts.file(contact, fact, happened.date())
        if not visitor_of(contact):
            self.ledger.note(contact, name, happened)
        self.pass_seconds()

    def answer(self, who: str, kind: str, **said: Any) -> None:
        contact = self.service.id_of(who)
        cycle = self.contacts.standing(contact).cycle
        try:
            taken = take_answer(self.contacts, contact, Disposition(kind, cycle, **said), self.clock())
        except (Rejected, Conflict):
            return
        self.ledger.note(contact, taken.event_id, self.clock())
        self.pass_seconds()

    def erase(self, who: str, stop_after: int | None = None) -> None:
        contact = self.service.id_of(who)
        client = self.client if stop_after is None else Stopping(self.client, stop_after)
        self.ledger.erased.add((contact, self.clock()))
        try:
            erase(Contacts(Table(client, self.table.name)), contact, self.clock())
        except StoppedError:
            self.ledger.unfinished.add(contact)
        else:
            self.ledger.unfinished.discard(contact)
        self.pass_seconds()

    def publish(self, number: int) -> None:
        published = Models(self.table)
        published.publish(
            self.models[number % len(self.models)].compiled(), published.number(), "operator", self.clock()
        )
        self.pass_seconds()

    # ---- What AWS does -----------------------------------------------------------------------------------------------

    def deliver(self, times: int) -> None:
        for _ in range(times):
            self.world.step(TURNS)
            self.pass_seconds()

    def another_worker(self, who: str) -> None:
        """A page view of the same contact, scored from another shard before the worker at hand goes on."""
        contact, name = self.service.id_of(who), f"meanwhile-{len(self.client.changes)}"
        self.world.read()
        was_silent, self.world.stream.silent = self.world.stream.silent, True  # its record goes to that other worker
        self.file(contact, name, "pricing.viewed")
        self.world.stream.silent = was_silent
        (fact,) = (fact for fact in self.contacts.facts(contact) if fact.id == name)
        if self.service.deliver("score", [record_of(partition(contact), fact.key, 1)]) == []:
            self.scored_meanwhile = contact

    def redeliver(self, times: int) -> None:
        for _ in range(times):
            self.world.repeat()

    def lose(self) -> None:
        self.has_lost_records = True
        self.world.lose()

    def silence(self, silent: bool) -> None:
        self.world.read()
        self.has_lost_records |= silent
        self.world.stream.silent = silent

    def sweep(self) -> None:
        try:
            with suppress(LeadbellError):
                self.service.sweep()
        except KilledError:
            self._killed += 1
        self.world.read()

    def pass_seconds(self, seconds: float = 1.5) -> None:
        self.world.move(seconds=seconds)

    def jump(self, **by: float) -> None:
        """Nothing runs meanwhile. Who leaves receipts unread until the queue drops them has broken L himself."""
        self.world.move(**by)
        messages = self.world.sqs.queue("leadbell-ReceiptQueue").messages
        if any(self.clock() - message.sent_at >= RECEIPTS_KEPT for message in messages):
            self.keeps_l = False

    # ---- The end -----------------------------------------------------------------------------------------------------

    def end(self) -> None:
        """No more faults: all runs until nothing is left to do; then what was delivered comes again and again."""
        self.choices.source, self.traps.set = Plain(), {}
        self.world.stream.silent = False
        self.service.faults.end()
        self.world.sns.fates.clear()
        for contact in sorted(self.ledger.unfinished):
            self.ledger.erased.add((contact, self.clock()))
            erase(self.contacts, contact, self.clock())
        self.world.settle(60)
        self.check_nothing_waits()
        self.check_heard()
        if not self.has_lost_records and not self._trimmed():
            self.check_numbers(as_written=True)
        self._everything_again()
        self.world.settle(60)
        self.reconcile_all()
        self.check_nothing_waits()
        self.check_facts()
        self.check_heard()
        self.check_numbers(as_written=False)
        self.check_logs()
        self.check_publishes()
        self.check_companies()
        self.check_marks()

    def _trimmed(self) -> bool:
        consumers = self.world.poller.consumers.values()
        return bool(self.world.poller.discards) or any(consumer.trimmed for consumer in consumers)

    def _everything_again(self) -> None:
        self.choices.source = Seeded(len(self.posts), plain=0)
        for _ in range(3 * len(self.world.poller.consumers["score"].delivered)):
            self.world.repeat()
        self.choices.source = Plain()

    def reconcile_all(self) -> None:
        models = CachedModels(self.table)
        refresher = Refresher(self.contacts, Reps(self.table), models, KEYS, ENVIRONMENT["PUBLIC_URL"])
        for _ in range(4):
            before = len(self.client.changes)
            for contact in self.known():
                refresher.refresh(contact, self.clock())
            if len(self.client.changes) == before:
                return
            self.world.settle(60)
        raise AssertionError("each look at the contacts still finds something to write")

    def known(self) -> list[str]:
        contacts = {contact_of(pk) for pk in self.partitions() if pk.startswith("CONTACT#c_")}
        return sorted(contacts)

    def partitions(self) -> set[str]:
        return {item["pk"] for item in self.items()}

    def items(self) -> list[Item]:
        pages = self.client.get_paginator("scan").paginate(TableName=self.table.name)
        return [decode(item) for page in pages for item in page["Items"]]

    # ---- What has to be true -----------------------------------------------------------------------------------------

    def check_nothing_waits(self) -> None:
        now = self.clock()
        for item in self.items():
            assert not item["pk"].startswith("PARKED#"), f"parked for {item['error']}"
            assert "due_at" not in item or moment(item["due_at"]) > now, f"due, and nobody works it: {item}"
            assert not is_letter(item["sk"]) or item["state"] == "sent", f"not sent: {item}"

    def facts_of(self, contact: str, standing: Standing) -> list[Fact]:
        visitors = Visitors(self.table)
        facts = [*self.contacts.facts(contact), *visitors.facts(visitors.links_of(contact))]
        return [fact for fact in facts if standing.erased_at is None or fact.happened_at > standing.erased_at]

    def check_facts(self) -> None:
        """Nothing acknowledged is lost, and nothing erased is left."""
        for (contact, fact_id), at in self.ledger.acknowledged.items():
            standing = self.contacts.standing(contact)
            found = [fact for fact in self.contacts.facts(contact) if fact.id == fact_id]
            if standing.erased_at is not None:
                assert all(fact.happened_at > standing.erased_at for fact in found), "an erased fact is left"
                if at <= standing.erased_at:
                    continue
            assert len(found) == 1, f"the fact {fact_id} was acknowledged and is there {len(found)} times"
        for contact in self.known():
            erased_at = self.contacts.standing(contact).erased_at
            assert erased_at is None or (contact, erased_at) in self.ledger.erased

    def worth(self, contact: str, standing: Standing, model: CompiledModel, now: datetime) -> Derived:
        past, company_of = History(self.facts_of(contact, standing)), Accounts(self.table).company_of
        return appraise(past, standing.reset_at, model, now.date(), company_of).derived

    def check_meanwhile(self) -> None:
        """What another worker has just scored stays so, whatever the one it overtook wrote afterwards."""
        contact, self.scored_meanwhile = self.scored_meanwhile, ""
        if contact:
            standing, published = self.contacts.standing(contact), Models(self.table)
            if (contact, standing.erased_at) in self.ledger.erased and not standing.bookkeeping.model:
                return  # by a trap of before, after it was scored; `check_facts` sees to what is left then
            model = published.by_version(standing.bookkeeping.model)
            assert model is not None
            book, day = standing.bookkeeping, datetime.fromisoformat(f"{standing.bookkeeping.as_of}T23:59:59+00:00")
            assert book.evidence == self.worth(contact, standing, model, day).evidence, "a fact was taken back"

    def check_numbers(self, *, as_written: bool) -> None:
        """Each standing is what a fresh look at all facts gives: today, or on the day and by the model it names."""
        published = Models(self.table)
        for contact in self.known():
            standing = self.contacts.standing(contact)
            if not standing.bookkeeping.evidence:
                left = [fact for fact in self.facts_of(contact, standing) if fact.counts_on(self.clock().date())]
                assert not left, f"facts that nobody looked at: {[fact.id for fact in left]}"
                continue
            model, now = published.active().compiled, self.clock()
            if as_written:
                named = published.by_version(standing.bookkeeping.model)
                assert named is not None
                model, now = named, datetime.fromisoformat(f"{standing.bookkeeping.as_of}T23:59:59+00:00")
            fresh = self.worth(contact, standing, model, now)
            stands = (standing.score, standing.bookkeeping.evidence)
            assert stands == (score_of(fresh), fresh.evidence), (contact, stands, fresh)
            kept = self.table.get(partition(contact), "PROFILE")
            told = decode(table_module.encode(profile_item(fresh.profile)))
            assert as_written or (kept or {}).get("known", {}) == told.get("known", {}), (kept, told)
            assert as_written or ("list_pk" in (kept or {})) == fresh.is_subscribed, (contact, kept)

    def check_logs(self) -> None:
        """A stage is the end of its log, and each move in it was allowed."""
        for contact in self.known():
            standing, stage = self.contacts.standing(contact), Stage.PROSPECT
            log = self.contacts.moves(contact)
            for number, move in enumerate(log, start=standing.qualification.moves - len(log) + 1):
                pair = (Stage(move["from"]), Stage(move["to"]))
                assert (move["number"], pair[0]) == (number, stage), f"the log has a gap: {log}"
                assert Actor(move["by"]) in MOVES.get(pair, ()), f"not allowed: {move}"
                stage = pair[1]
            assert standing.stage is stage, f"{contact} stands on {standing.stage}, its log ends on {stage}"
            sqls = sum(move["to"] == "sql" for move in log)
            assert sqls == standing.times_qualified

    def check_heard(self) -> None:
        """Everybody who wrote was heard once: by one mail, or by an alert as well where time alone made it one."""
        for contact in self.known():
            standing = self.contacts.standing(contact)
            letters = [item for item in self.table.query(partition(contact), "") if is_letter(item["sk"])]
            mails = Counter((item["fact"], item["heard"] == "alert") for item in letters if item["heard"] in PERSONAL)
            for fact in self.contacts.facts(contact):
                if not wrote_to_us(fact) or (standing.erased_at and fact.happened_at <= standing.erased_at):
                    continue
                heard = mails[fact.id, False] + mails[fact.id, True]
                assert heard >= 1, f"nobody heard of {fact}"
                assert mails[fact.id, False] <= 1, f"heard of more than once: {fact}"
            cycles = sorted(int(item["sk"].partition("#")[2]) for item in letters if item["heard"] == "alert")
            erased = standing.qualification.cycles_erased
            assert cycles == list(range(erased + 1, standing.cycle + 1)), (cycles, standing)

    def check_publishes(self) -> None:
        """Each mail is named in exactly one accepted publish; an erased one in at most one."""
        named = self.world.named()
        for item in self.items():
            if is_letter(item["sk"]):
                times = named[name_of(item)]
                assert times == 1 or (times > 1 and not self.keeps_l), f"published {times} times: {item}"
        for key, times in named.items():
            assert not self.keeps_l or times == 1, (key, times)
        assert not self.world.sns.refused

    def check_companies(self) -> None:
        """Known of a company is who says so of himself, and nobody else."""
        listed = {
            (item["pk"].removeprefix("COMPANY#"), item["sk"].removeprefix("CONTACT#"))
            for item in self.items()
            if item["pk"].startswith("COMPANY#") and item["sk"] != "VERSION"
        }
        under = {contact: self.contacts.standing(contact).bookkeeping.listed_under for contact in self.known()}
        assert listed == {(company, contact) for contact, company in under.items() if company}

    def check_marks(self) -> None:
        """Found by a mark is who says so of himself, and nobody else."""
        listed = {
            (item["pk"].removeprefix("SAME#"), item["sk"].removeprefix("CONTACT#"))
            for item in self.items()
            if item["pk"].startswith("SAME#")
        }
        kept = {contact: self.contacts.standing(contact).bookkeeping.marks for contact in self.known()}
        assert listed == {
            (mark.partition(".")[0], contact) for contact, marks in kept.items() for mark in marks.split(",") if mark
        }

    @property
    def killed(self) -> int:
        """Invocations that ended in the middle, wherever."""
        errors = [error for consumer in self.world.poller.consumers.values() for error in consumer.errors]
        return self._killed + sum(isinstance(error, KilledError) for error in errors)

    @property
    def doubled(self) -> int:
        return sum(times > 1 for times in self.world.named().values())


def models() -> Iterator[Model]:
    """The packaged model, one that asks for more, and one for which only a demo is a request."""
    plain = default_model().model_dump()
    yield Model.model_validate(plain)
    strict = {**plain, "mql": {**plain["mql"], "fit": 70, "interest": 60, "leave_fit": 60, "leave_interest": 50}}
    yield Model.model_validate(strict)
    demos = [{"event": "form.submitted", "where": {"asks": "demo"}}]
    yield Model.model_validate({**plain, "requests": demos, "request_days": 20})


@contextmanager
def lab(*, keeps_l: bool = True) -> Iterator[Lab]:
    """An empty service on a Monday morning."""
    numbers = count(1)  # the same deeds are to end the same
    with staged(Clock()) as (service, patch):
        for each in service.apps.values():
            if hasattr(each, "new_id"):
                patch.setattr(each, "new_id", lambda: f"{next(numbers):032x}")
        yield Lab(service, patch, keeps_l=keeps_l)


def in_the_middle(here: Lab, what: str, who: str) -> Callable[[], object]:
    """What may happen between two calls of a function."""
    deeds: dict[str, Callable[[], object]] = {
        "another worker": partial(here.another_worker, who),
        "another batch": partial(here.deliver, 2),
        "a batch once more": partial(here.redeliver, 2),
        "a sweep": here.sweep,
        "an erasure": partial(here.erase, who),
        "a new model": partial(here.publish, 1),
    }
    return deeds[what]


def answers() -> Sequence[tuple[str, dict[str, Any]]]:
    """What sales may say."""
    return (
        ("sales.accepted", {"by": "sara"}),
        ("sales.rejected", {"reason": "timing", "back": 10}),
        ("sales.rejected", {"reason": "student"}),
        ("meeting.held", {}),
        ("deal.won", {}),
        ("deal.lost", {"reason": "price"}),
    )
