"""Somebody is erased, or objects, before any call that the service makes about them.

Every word that the person sends, their files, and every page they see, carry a mark. They are erased before the n-th
call of any function, for each n; all goes on, is delivered again and runs dry, and the links of their mails are
followed. Then the mark is looked for wherever something is kept. It may be left only in mails that had gone out, and
those have to be in the receipt.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

from rich.table import Table as Shown

from cli.files import SentFiles
from leadbell.contacts.items import partition
from leadbell.contacts.texts import is_text, text_of
from leadbell.events import OBJECTED, Fact, Trust
from leadbell.formats import NOT_GRADED
from leadbell.lifecycle.standing import Score
from leadbell.outbox.sales_outbox import is_letter
from leadbell.plain_text import harmless
from leadbell.privacy.erasure import ALL_ENDED, GONE, Erased, erase, finish
from leadbell.privacy.export import export, is_empty
from leadbell.table import Item
from tests.aws.chance import Seeded
from tests.aws.wire import Wire
from tests.aws.world import SENDER, File, World
from tests.integration.service import ENVIRONMENT, EVA, FORM, scan
from tests.proof.memory import scene

MARK, LATER = "zyxelda", "qwortle"
WHO, BO = f"{MARK}@acme.example.com", "bo@acme.example.com"
BROWSER = "browser-of-theirs"
REPLAYS = 12
INDEXES = ("by_stage", "due")


OWN = {
    "name": "{} Ek",
    "message": "I am {}.",
    "colour": "{} red",
    "utm_source": "{}",
    "_consent_text": "Write to {}.",
    "_page": "/{}",
}


def said(mark: str, at: str = "", **more: str) -> dict[str, str]:
    """What a person types, the mark in every word of their own, each with a number that is used `at` this place."""
    own = {name: text.format(f"{mark}{at}{number}" if at else mark) for number, (name, text) in enumerate(OWN.items())}
    return {**EVA, **own, "email": WHO, "_consent[newsletter]": "yes", **more}


def file_of(at: str) -> File:
    """A file of theirs."""
    return ("brief", f"{MARK}{at}.pdf", f"%PDF-1.7 {MARK}".encode())


@dataclass
class Moment:
    """Before the so-many-th call of the service from now, something else happens; it happens once."""

    at: int
    act: Callable[[], object]
    calls: int = 0
    is_open: bool = True

    def tick(self) -> None:
        self.calls += 1
        if self.is_open and self.calls > self.at:
            self.is_open = False
            self.act()


class Ticking(Wire):
    """A wire that tells a moment of each call."""

    def __init__(self, moment: Moment) -> None:
        super().__init__()
        self.moment = moment

    def call(self, service: str, operation: str, act: Callable[..., Any], params: Mapping[str, Any]) -> Any:
        self.moment.tick()
        return super().call(service, operation, act, params)


@dataclass
class Hits:
    """Where the mark was found after an erasure, by store; and what else was wrong."""

    runs: int = 0
    known: int = 0
    gone_out: int = 0
    late: int = 0
    hits: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Logs:
    """Every line that the functions would log, as text."""

    lines: list[str] = field(default_factory=list)

    def __call__(self, *told: object, **more: object) -> None:
        self.lines.append(f"{told} {more}")


@contextmanager
def played(at: int, act: Callable[[World], object]) -> Iterator[tuple[World, Moment, Logs]]:
    """A scene in which `act` happens before the service's call number `at`."""
    with scene(sender=SENDER) as stage:
        moment, logs = Moment(at, lambda: act(stage)), Logs()
        for folder in stage.service.apps:
            stage.rewire(folder, Ticking(moment))
            stage.patch.setattr(stage.service.apps[folder].log, "write", logs)
        yield stage, moment, logs


# ---- Erased at any call ----------------------------------------------------------------------------------------------


def life(stage: World, moment: Moment) -> None:
    """A person is there in every way there is, beside a colleague; they do nothing any more once they are erased."""
    theirs: list[Callable[[], object]] = [
        lambda: viewed(stage, "before"),
        lambda: stage.post("/newsletter", said(MARK, "a", _anon=BROWSER)),
        stage.drain,
        lambda: follow(stage, "confirm"),
        lambda: stage.post_files("/forms/pricing", said(MARK, "b", _anon=BROWSER), file_of("b")),
        lambda: stage.post_files("/forms/contact", said(MARK, "c", _gotcha="filled in"), file_of("c")),
        lambda: stage.post("/downloads/guide", said(MARK, "d")),
        lambda: follow(stage, "unsubscribe"),
    ]
    for deed in theirs:
        if moment.is_open:
            deed()
        stage.step()
        stage.move(seconds=20)
    stage.post("/forms/demo", {**EVA, "name": "Bo Alm", "email": BO})
    stage.drain()
    if moment.is_open:
        stage.post("/forms/contact", said(MARK, "e"))
    if moment.is_open:
        viewed(stage, "after")
    stage.pass_time(3)


def follow(stage: World, where: str, **says: str) -> None:
    """A button is pressed on each page of that kind that mails to visitors lead to, whatever the answer is."""
    for mail in stage.ses.sent:
        for link in (*mail.links, mail.headers["List-Unsubscribe"].strip("<>")):
            if urlsplit(link).path.startswith(f"/{where}/"):
                stage.service.post_body(urlsplit(link).path, urlencode(says).encode(), FORM)


def files_of(stage: World) -> SentFiles:
    """Their files, as `leadbell erase` and `leadbell export` see them."""
    outputs = {"AttachmentBucket": ENVIRONMENT["ATTACHMENT_BUCKET"]}
    stack: Any = SimpleNamespace(outputs=outputs, client=lambda *_, **__: stage.bucket)
    return SentFiles(stack)


def viewed(stage: World, name: str) -> None:
    """The browser shows a page."""
    now = stage.clock()
    fact = Fact(
        f"view-{name}", "pricing.viewed", now, now, Trust.BROWSER, {"page": f"/{MARK}{name}", "utm_source": MARK}
    )
    stage.service.contacts.file(f"v_{BROWSER}", fact, fact.day)


def erased_at(call: int, found: Hits) -> bool:
    """One run; False where the service makes no so many calls."""
    receipts: list[tuple[Erased, int]] = []

    def act(stage: World) -> None:
        contact = stage.service.id_of(WHO)
        erased = erase(stage.service.contacts, contact, stage.clock(), files_of(stage))
        if erased is not None:
            receipts.append((erased, len(stage.sns.published)))

    with played(call, act) as (stage, moment, logs):
        life(stage, moment)
        if moment.is_open:
            return False
        found.runs += 1
        if receipts:
            found.known += 1
            _settle(stage, receipts[0][0], found)
            _look(stage, receipts[0], logs, found, f"erased before call {call}")
            _come_back(stage, found, f"erased before call {call}")
    return True


def _settle(stage: World, erased: Erased, found: Hits) -> None:
    """All that was under way ends, and what was delivered is delivered again."""
    stage.move(seconds=ALL_ENDED.total_seconds())
    found.late += finish(stage.service.contacts, erased.contact_id, erased.at, stage.clock(), files_of(stage))
    stage.pass_time(20)
    for _ in range(REPLAYS):
        stage.repeat()
    for where in ("confirm", "unsubscribe"):
        follow(stage, where)
    stage.pass_time(20)


def _look(stage: World, receipt: tuple[Erased, int], logs: Logs, found: Hits, when: str) -> None:
    erased, published = receipt
    contact = stage.service.id_of(WHO)
    for store, words in stores(stage, logs):
        if MARK in words.lower():
            found.hits[store] += 1
            found.wrong.append(f"{when}: the mark is in {store}")
    told = {**export(stage.service.table, contact, stage.clock()), "suppressed": None}  # who left stays unmailed
    if not is_empty(told) or MARK in f"{told}".lower():
        found.wrong.append(f"{when}: something is exported")
    if "stage" in told["position"]:
        found.wrong.append(f"{when}: the contact is back")
    if len(stage.ses.sent) > sum(mail["state"] in GONE for mail in erased.visitor_mails):
        found.wrong.append(f"{when}: a mail to them went out that the receipt does not tell of")
    listed = {f"{mail['pk']}|{mail['sk']}" for mail in (*erased.gone_out, *erased.named_in_gone_out)}
    found.gone_out += len(listed)
    for each in stage.sns.published[published:]:
        named = {key.rpartition("|")[0] for key in each.attributes.get("item", "").split(",")}
        if MARK in each.body.lower() and not named & listed:
            found.wrong.append(f"{when}: a mail went out that the receipt does not tell of")


def stores(stage: World, logs: Logs) -> Iterator[tuple[str, str]]:
    """Everything that is kept anywhere, as text."""
    client = stage.service.client
    yield "the table", f"{[_opened(item) for item in scan(client) if not item['pk'].startswith('AUDIT#')]}"
    for index in INDEXES:
        pages = client.get_paginator("scan").paginate(TableName=stage.service.table.name, IndexName=index)
        yield f"the index {index}", f"{[page['Items'] for page in pages]}"
    for queue in stage.sqs._queues.values():
        yield "the queues", f"{[message.body for message in queue.messages]}"
    yield "the bucket of files", f"{stage.bucket.kept}"
    yield "the failure bucket", f"{[(each.key, each.body) for each in stage.poller.discards]}"
    yield "the logs", "\n".join(logs.lines)
    yield "the stream", f"{client.changes}"


def _opened(item: Item) -> object:
    """What was typed is stored compressed."""
    return (item, text_of(item)) if is_text(item["sk"]) else item


def _come_back(stage: World, found: Hits, when: str) -> None:
    """Whoever returns starts anew: nothing of before, and heard as anybody is."""
    sent = len(stage.sns.published)
    stage.post("/forms/demo", said(LATER))
    stage.pass_time(20)
    contact = stage.service.id_of(WHO)
    told = f"{export(stage.service.table, contact, stage.clock())}".lower()
    log = [f"{move['from']}>{move['to']}" for move in stage.service.contacts.moves(contact)]
    heard = [each for each in stage.sns.published[sent:] if LATER in each.body.lower()]
    if told.replace(WHO, "").replace(harmless(WHO), "").count(MARK) or log != ["prospect>sql"] or len(heard) != 1:
        found.wrong.append(f"{when}: who came back did not start anew ({log}, heard {len(heard)} times)")


def given_up(found: Hits) -> None:
    """The same where score fails until its records are given up to the failure bucket."""
    receipts: list[tuple[Erased, int]] = []
    with played(1_000_000, lambda _: None) as (stage, _, logs):
        stage.post("/forms/demo", said(MARK))
        app = stage.service.apps["score"]
        with_fault = stage.patch.context()
        with with_fault as patch:
            patch.setattr(app, "lambda_handler", _broken)
            for _ in range(40):
                stage.step()
                stage.move(minutes=20)
        if not stage.poller.discards:
            found.wrong.append("nothing was given up")
        erased = erase(stage.service.contacts, stage.service.id_of(WHO), stage.clock(), files_of(stage))
        if erased is None:
            found.wrong.append("the person was not known")
            return
        receipts.append((erased, len(stage.sns.published)))
        found.runs, found.known = found.runs + 1, found.known + 1
        _settle(stage, erased, found)
        _look(stage, receipts[0], logs, found, "erased after it was given up")
        _come_back(stage, found, "erased after it was given up")


def _broken(*_: object) -> None:
    raise RuntimeError("out of memory")


# ---- Exported --------------------------------------------------------------------------------------------------------


def exported() -> tuple[int, list[str]]:
    """How many words and files a life plants, and those of them that an export does not show."""
    with played(1_000_000, lambda _: None) as (stage, moment, _):
        life(stage, moment)
        contact = stage.service.id_of(WHO)
        told = f"{export(stage.service.table, contact, stage.clock())} {files_of(stage).listed(contact)}"
        planted = [f"{MARK}{at}{number}" for at in "abcde" for number in range(len(OWN))]
        planted += [f"{MARK}b.pdf", f"{MARK}c.pdf", f"/{MARK}before", f"/{MARK}after"]
        planted += [f"'to': '{WHO}'", "newsletter.unsubscribed", *(f"'{key}'" for key in stage.bucket.kept)]
        return len(planted), [word for word in planted if word not in told]


# ---- Objecting at any call -------------------------------------------------------------------------------------------


@dataclass
class Objections:
    """What came after objections."""

    runs: int = 0
    requests: int = 0
    scores: int = 0
    alerts: int = 0
    unheard: int = 0
    heard_twice: int = 0
    wrong: list[str] = field(default_factory=list)


def objected_at(call: int, found: Objections) -> bool:
    """One run; False where the service makes no so many calls."""
    born: list[set[str]] = []

    def act(stage: World) -> None:
        contact, now = stage.service.id_of(WHO), stage.clock()
        born.append({item["sk"] for item in letters(stage)})
        stage.service.contacts.file(contact, Fact("no", OBJECTED, now, now, Trust.VERIFIED), now.date())

    with played(call, act) as (stage, moment, _):
        for day, path in enumerate(("/forms/contact", "/forms/demo", "/forms/pricing")):
            behaves(stage, f"{day}")
            stage.post(path, said(MARK))
            stage.pass_time(3)
            stage.move(hours=20)
        behaves(stage, "last")
        stage.pass_time(20)
        if moment.is_open:
            return False
        stage.poller._choices = Seeded(call)
        for _ in range(REPLAYS):
            stage.repeat()
        stage.pass_time(20)
        _after_objection(stage, born[0], found, call)
    return True


def behaves(stage: World, name: str) -> None:
    """What makes an interested contact of anybody, and by a request of a trial alone would be told of."""
    for kind in ("pricing.viewed", "product.viewed", "trial.started", "webinar.attended"):
        stage.service.file(WHO, kind)
    stage.read()


def letters(stage: World) -> list[Item]:
    contact = stage.service.id_of(WHO)
    return [item for item in stage.service.table.query(partition(contact), "") if is_letter(item["sk"])]


def _after_objection(stage: World, before: set[str], found: Objections, call: int) -> None:
    found.runs += 1
    contact = stage.service.id_of(WHO)
    standing = stage.service.contacts.standing(contact)
    if standing.score != Score(0, 0, NOT_GRADED):
        found.scores += 1
        found.wrong.append(f"objected before call {call}: {standing.score}")
    facts = {fact.id: fact for fact in stage.service.contacts.facts(contact)}
    about = Counter(item["fact"] for item in letters(stage))
    found.alerts += sum(
        facts[item["fact"]].type != "form.submitted" for item in letters(stage) if item["sk"] not in before
    )
    named = Counter({key.rpartition("|")[0]: times for key, times in stage.named().items()})
    for fact in facts.values():
        if fact.type != "form.submitted":
            continue
        found.requests += 1
        mails = [item for item in letters(stage) if item["fact"] == fact.id]
        found.unheard += not mails
        found.heard_twice += about[fact.id] > 1 or any(named[f"{m['pk']}|{m['sk']}"] > 1 for m in mails)


# ---- The figures -----------------------------------------------------------------------------------------------------


def search(step: int = 1) -> tuple[Hits, Objections]:
    """Every `step`-th call of both."""
    hits, objections = Hits(), Objections()
    call = 0
    while erased_at(call, hits):
        call += step
    given_up(hits)
    call = 0
    while objected_at(call, objections):
        call += step
    return hits, objections


def measure() -> Shown:
    """The table of figures; raises AssertionError where one is not as promised."""
    hits, objections = search()
    planted, missing = exported()
    shown = Shown("what", "figure", title="Erased, or objecting, before any call of the service")
    rows = {
        "moments of erasing": hits.runs,
        "of them the person was known": hits.known,
        "mails that had gone out, each in its receipt": hits.gone_out,
        "things that requests under way stored after it, and were deleted": hits.late,
        "words and files planted": planted,
        "of them not in the export": len(missing),
        "marks found (table, indexes, queues, files, failure bucket, stream, logs)": sum(hits.hits.values()),
        "exported, resurrected or not started anew": len(hits.wrong) - sum(hits.hits.values()),
        "moments of objecting": objections.runs,
        "scores after it": objections.scores,
        "alerts of behaviour after it": objections.alerts,
        "requests made": objections.requests,
        "unheard": objections.unheard,
        "heard more than once": objections.heard_twice,
    }
    for what, figure in rows.items():
        shown.add_row(what, f"{figure:,}")
    assert not hits.wrong, hits.wrong[:5]
    assert not missing, missing
    bad = objections.scores, objections.alerts, objections.unheard, objections.heard_twice
    assert bad == (0, 0, 0, 0), (bad, objections.wrong[:5])
    return shown
