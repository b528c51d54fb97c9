"""Any form, from the request's body to the mail, its page and `leadbell contact`: what of it is lost.

A form has 1 to 150 fields of any name, each with any text, up to the limit of a body, in each way and charset that a
browser sends it. A form that the spam check holds is released, as an operator would. Every value typed has to be in the
mail or on its page, and in the form's order in what `leadbell contact --json` prints.
"""

import html
import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlsplit

from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st
from rich.table import Table

from cli.commands.contact import typed_data
from leadbell.capture.consent_fields import speaks_of_consent
from leadbell.capture.quarantine import held, release
from leadbell.contacts.items import partition
from leadbell.contacts.texts import Texts
from leadbell.contacts.timeline import submitted
from leadbell.field_names import OURS, is_behind_the_scenes, ours
from leadbell.outbox.their_words import REST
from leadbell.plain_text import quote, tidy
from leadbell.web.bodies import MAX_BODY_BYTES
from tests.aws.world import World
from tests.integration.service import FORM, Answer, record_of
from tests.proof.memory import scene

FORMS_TRIED = 20_000
IN_ONE_SCENE = 100  # a table that is full takes longer to look through
MOST_FIELDS = 150
JSON, PARTS = "application/json", "multipart/form-data; boundary=xyz"
# A form that means nothing, so that only what somebody wrote makes a mail; a question, which always makes one.
PATH = "/forms/contact"

Pairs = Sequence[tuple[str, str]]


def _is_typed(name: str) -> bool:
    """Whether a person typed it: no instruction, no setting of a page, no consent; and not the address."""
    return not (is_behind_the_scenes(name) or speaks_of_consent(name) or ours(name) in ("email", "phone"))


# What a browser escapes in the name of a part, and nobody can tell from the same typed.
_ESCAPED = {"\r", "\n", '"'}
letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
names = st.one_of(
    st.sampled_from(sorted(filter(_is_typed, OURS))),
    st.sampled_from(
        ("Fr\u00e5ga", "Wiadomo\u015b\u0107", "Dein Anliegen", "field[3]", "q 1:", "__", "x_x", "typed", "id")
    ),
    st.text(letters, min_size=1, max_size=30),
).filter(lambda name: tidy(name).strip() == name != "" and not set(name) & _ESCAPED and _is_typed(name))
words = st.sampled_from(
    (
        "lead",
        "Gr\u00fc\u00dfe",
        "\u6f22\u5b57",
        "\U0001f469\u200d\U0001f527",
        "https://a.example/x",
        "12.500 EUR",
        "\n",
        "  ",
        "\t",
        "> ",
        "=1+1",
    )
)
values = st.one_of(
    st.text(letters, min_size=1, max_size=60),
    st.lists(words, min_size=1, max_size=30).map(" ".join),
    st.builds(lambda text, times: text * times, st.text(letters, min_size=1, max_size=20), st.integers(1, 20_000)),
).filter(lambda value: tidy(value).strip() != "")


def _many(some: Pairs, times: int) -> Pairs:
    """Many fields of a few, as the rows of a list have them."""
    rows = [(f"{name} {row}", value) for row in range(times) for name, value in some]
    return rows[:MOST_FIELDS]


few = st.lists(st.tuples(names, values), min_size=1, max_size=12)
filled = st.one_of(few, st.builds(_many, few, st.integers(2, 75)))


@dataclass(frozen=True)
class Way:
    """How a browser, or a script, sends a form; a letter that the charset lacks is sent as its number."""

    kind: str
    charset: str = "utf-8"

    def body(self, pairs: Pairs) -> tuple[bytes, str]:
        """The body and its Content-Type."""
        if self.kind == JSON:
            return self._json(pairs), JSON
        if self.kind == PARTS:
            return self._parts(pairs), PARTS
        told = "&".join(f"{quote_plus(self._bytes(name))}={quote_plus(self._bytes(value))}" for name, value in pairs)
        if self.kind == NAMED_BY_FIELD:
            return f"_charset_={self.charset}&{told}".encode(), FORM
        return told.encode(), f"{FORM}; charset={self.charset}"

    def _json(self, pairs: Pairs) -> bytes:
        """A name can stand once in an object, and where it has several values these are a list."""
        told: dict[str, list[str]] = {}
        for name, value in pairs:
            told.setdefault(name, []).append(value)
        return json.dumps(told, ensure_ascii=False).encode()

    def _parts(self, pairs: Pairs) -> bytes:
        parts = []
        for name, value in pairs:
            head = b'--xyz\r\nContent-Disposition: form-data; name="' + self._bytes(name) + b'"\r\n'
            kind = f"Content-Type: text/plain; charset={self.charset}\r\n\r\n".encode()
            parts.append(head + kind + self._bytes(value) + b"\r\n")
        return b"".join(parts) + b"--xyz--\r\n"

    def _bytes(self, text: str) -> bytes:
        return text.encode(CHARSETS[self.charset], "xmlcharrefreplace")


# Each with Python's name for it.
CHARSETS = {
    "utf-8": "utf-8",
    "windows-1252": "cp1252",
    "iso-8859-2": "iso8859_2",
    "windows-1251": "cp1251",
    "koi8-r": "koi8_r",
}
NAMED_BY_FIELD = f"{FORM}, the charset in a field"
WAYS = (Way(JSON), *(Way(kind, charset) for charset in CHARSETS for kind in (FORM, NAMED_BY_FIELD, PARTS)))


@dataclass
class Lost:
    """What became of forms; `lost` are values that are nowhere, each with where it should be."""

    counts: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    largest: int = 0

    def send(self, stage: World, number: int, pairs: Pairs, way: Way) -> None:
        """One form through the door, to sales and back to an operator."""
        email = f"visitor-{number}@acme.example"
        filled_in = [*pairs, ("email", email)]
        body, kind = way.body(filled_in)
        assume(len(body) <= MAX_BODY_BYTES)
        said = _as_sent(filled_in, way)
        stage.move(minutes=11)
        answer = stage.service.post_body(PATH, body, kind)
        assert answer.status in (200, 303), (answer.status, answer.body, pairs)
        self.counts["forms"] += 1
        self.counts["values"] += len(said)
        self.largest = max(self.largest, len(body))
        self._look(stage, stage.service.id_of(email), said)

    def _look(self, stage: World, contact: str, said: Pairs) -> None:
        service = stage.service
        for one in held(service.table, stage.clock().date()):
            self.counts["held, and released"] += 1
            release(service.contacts, one, stage.clock())
        mail = _mailed(stage, contact)
        page = _page(stage, mail)
        lines = frozenset(mail.split("\n"))
        told = _told(stage, contact)
        for name, value in said:
            if value not in page and not all(line in lines for line in quote(value)):
                self.lost.append(f"{name!r}: {value[:80]!r} is neither in the mail nor on its page")
        if REST not in lines and not all(quote(value)[-1].removeprefix("> ") in mail for _, value in said):
            self.lost.append("a mail that is whole lacks a value")
        if told != list(said):
            self.lost.append(f"leadbell contact: {told!r:.200} instead of {list(said)!r:.200}")


def _as_sent(pairs: Pairs, way: Way) -> Pairs:
    """What a person sees of it in the form: without what only hides; JSON puts equal names together."""
    told = [(name, tidy(value)) for name, value in pairs]
    if way.kind == JSON:
        order = list(dict.fromkeys(name for name, _ in told))
        told.sort(key=lambda pair: order.index(pair[0]))
    return told


def _mailed(stage: World, contact: str) -> str:
    """The mail that the form leads to."""
    service, pk = stage.service, partition(contact)
    for folder, prefix in (("score", "EVENT#"), ("notify", "COPY#"), ("notify", "ALERT#")):
        records = [record_of(pk, item["sk"], 1) for item in service.table.query(pk, prefix)]
        assert service.deliver(folder, records) == []
    mail = stage.sns.published[-1]
    assert contact in mail.attributes["item"]
    return mail.body


def _page(stage: World, mail: str) -> str:
    (link,) = re.findall(r"https?://\S+/alerts/\S+", mail)
    answer: Answer = stage.service.get(str(urlsplit(link).path))
    return html.unescape(answer.body)


def _told(stage: World, contact: str) -> Pairs:
    """What `leadbell contact --json` prints of it."""
    service = stage.service
    found = submitted(service.contacts.facts(contact), Texts(service.table).all(contact))
    printed = json.loads(json.dumps([typed_data(each) for each in found]))
    return [(value["name"], value["value"]) for each in printed for value in each["values"]]


def search(found: Lost, cases: int, number: int) -> None:
    """So many forms, the same ones for the same number."""
    with scene() as stage:
        numbers: Iterator[int] = iter(range(1_000_000))

        def one(pairs: Pairs, way: Way) -> None:
            found.send(stage, next(numbers), pairs, way)

        look = settings(
            max_examples=cases,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(given(filled, st.sampled_from(WAYS))(one))
        seed(number)(look)()


def measure(wanted: int = FORMS_TRIED) -> Table:
    """What became of that many forms; fails where a value is lost."""
    found, started, number = Lost(), time.perf_counter(), 0
    while found.counts["forms"] < wanted:
        search(found, min(IN_ONE_SCENE, wanted - found.counts["forms"]), number)
        number += 1
    assert found.lost == [], found.lost[:5]
    table = Table("what", "count", title="Any form, from the request's body to the mail, its page and leadbell contact")
    for name in ("forms", "values", "held, and released"):
        table.add_row(name, f"{found.counts[name]:,}")
    table.add_row("values lost", f"{len(found.lost):,}")
    table.add_row("largest body, bytes", f"{found.largest:,}")
    table.add_row("forms a second", f"{found.counts['forms'] / (time.perf_counter() - started):,.0f}")
    return table
