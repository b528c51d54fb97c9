"""Model files as people write them: none is accepted that never matches, and each mistake is told where it stands."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.errors import CommandError
from cli.main import app
from leadbell.errors import InvalidModel
from leadbell.forms.config import ASSETS, FORMS
from leadbell.scoring.rules import MAX_MODEL_BYTES, read_model
from tests.unit.facts import fact, worth
from tests.unit.scoring.corpus import (
    BAD_ELSEWHERE,
    BAD_OF_A_CONTACT,
    BAD_OF_A_FACT,
    BASE,
    CONTACT_LINE,
    FACT_LINE,
    GOOD_OF_A_CONTACT,
    GOOD_OF_A_FACT,
    edited,
    with_contact,
    with_fact,
)

BAD = [
    *((with_contact(each[0]), each[2] if len(each) > 2 else CONTACT_LINE, each[1]) for each in BAD_OF_A_CONTACT),
    *((with_fact(where), FACT_LINE, words) for where, words in BAD_OF_A_FACT),
    *((edited(old, new), line, words) for old, new, line, words in BAD_ELSEWHERE),
]
# What the parser and Python say to programmers.
PARSER_TALK = ("<block", "<scalar>", "<stream", "expected", "token", "Traceback", "NoneType", "position", "nput should")


def test_there_are_as_many_as_were_promised() -> None:
    assert len(BAD) >= 120
    assert len(GOOD_OF_A_CONTACT) + len(GOOD_OF_A_FACT) >= 40


@pytest.mark.parametrize(("text", "line", "words"), BAD)
def test_a_mistake_is_told_on_its_line_in_plain_words(text: str, line: int, words: str) -> None:
    with pytest.raises(InvalidModel) as refused:
        read_model(text, FORMS, ASSETS)
    told = str(refused.value).splitlines()
    assert any(each.startswith(f"line {line}: ") and words in each for each in told), told
    assert not [word for word in PARSER_TALK if word in str(refused.value)]
    assert all(";" in each or ":" in each for each in told)


@pytest.mark.parametrize(("where", "known"), GOOD_OF_A_CONTACT)
def test_a_condition_on_a_contact_is_accepted_and_matches(where: str, known: Mapping[str, Any]) -> None:
    model = read_model(with_contact(where), FORMS, ASSETS).compiled()
    assert worth(fact("guide.requested", **known), model=model).fit == 30


@pytest.mark.parametrize(("where", "says"), GOOD_OF_A_FACT)
def test_a_condition_on_a_form_is_accepted_and_matches(where: str, says: Mapping[str, Any]) -> None:
    model = read_model(with_fact(where), FORMS, ASSETS).compiled()
    assert worth(fact("form.submitted", **says), model=model).interest == 10


def test_a_condition_that_an_alias_repeats_is_one_mistake() -> None:
    text = edited("          country: SE\n", "          &ours {relation: client}\n").replace(
        "{relation: customer}", "*ours"
    )
    with pytest.raises(InvalidModel) as refused:
        read_model(text, FORMS, ASSETS)
    assert len(str(refused.value).splitlines()) == 1


LAUGHS = "\n".join(f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))
DEEP = "{all: [" * 200 + "{country: SE}" + "]}" * 200
# Whole files that are no model at all, and words of the error.
NO_MODEL: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not a block"),
    "a sentence": (b"just words", "not a block"),
    "a list": (b"- a\n- b\n", "not a block"),
    "a number": (b"5", "not a block"),
    "a page": (b"<!DOCTYPE html>\n<html><body>Model</body></html>\n", "not a block"),
    "a page with a colon": (b"<html>\n<p style='color: red'>a: b: c</p>\n", "not valid YAML"),
    "a table": (b"id,label,points\nmarket,our market,30\n", "not a block"),
    "half a JSON": (b'{"agreement": {"marketing": "Maja"', "not closed"),
    "a JSON with a comma too many": (b'{"agreement": {,}}', "not valid YAML"),
    "Word's UTF-16": (BASE.encode("utf-16"), "is not UTF-8 text"),
    "another encoding": ("label: Größe".encode("latin-1"), "is not UTF-8 text"),
    "an image": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not UTF-8 text"),
    "zero bytes": (b"agreement: \0\0", "a control character"),
    "an escape": (b"agreement: \x1b[31m", "a control character"),
    "five megabytes": (BASE.encode() + b"#" * 5_000_000, f"shorten it to {MAX_MODEL_BYTES:,}"),
    "five megabytes in one list": (b"a: [" + b"1, " * 1_700_000 + b"]", f"shorten it to {MAX_MODEL_BYTES:,}"),
    "an alias in itself": (b"agreement: &a [*a]\n", "contains itself"),
    "an alias in a part of itself": (b"agreement: &a {b: {c: *a}}\n", "contains itself"),
    "a billion laughs": (f"agreement:\n  a0: &a0 [x, x]\n{LAUGHS}\n".encode(), "repeat more than 50,000 values"),
    "a merge of a billion laughs": (
        f"agreement:\n  a0: &a0 [x, x]\n{LAUGHS}\nmql: {{<<: *a11}}\n".encode(),
        "repeat more than 50,000 values",
    ),
    "a condition 200 deep": (with_contact(DEEP).encode(), "more than 30 blocks inside each other"),
    "lists 30,000 deep": (b"a: " + b"[" * 30_000, "more than 30 blocks inside each other"),
    "blocks 1,000 deep": (
        "".join(f"{' ' * depth}a:\n" for depth in range(300)).encode(),
        "more than 30 blocks inside each other",
    ),
    "a Python object": (b"agreement: !!python/object/apply:os.system [ls]\n", "not valid YAML"),
    "two documents": (BASE.encode() + b"---\n" + BASE.encode(), "starts another document"),
    "a key that is a list": (b"? [a, b]\n: c\n", "not valid YAML"),
    "keys that are blocks": (b"{{a: b}: c}\n", "not valid YAML"),
    "thousands of names": (b"".join(b"k%d: &a%d x\n" % (n, n) for n in range(5_000)), "unknown key"),
    "a word of 90,000 letters": (b"agreement: " + b"a" * 90_000 + b"\n", "not a block"),
    "quotes never closed": (b'"' * 9_999, "not valid YAML"),
    "ten thousand braces": (b"{}" * 10_000, "not valid YAML"),
}


@pytest.mark.parametrize("kind", ["model", "forms"])
@pytest.mark.parametrize("name", NO_MODEL)
def test_what_is_no_model_at_all_is_refused_soon_and_without_a_traceback(name: str, kind: str, tmp_path: Path) -> None:
    content, words = NO_MODEL[name]
    file = tmp_path / "file.yaml"
    file.write_bytes(content)
    began = time.process_time()
    done = CliRunner().invoke(app, [kind, "check", str(file)])
    assert time.process_time() - began < 5
    assert isinstance(done.exception, CommandError)
    if kind == "model":
        assert words in done.exception.problem, done.exception.problem[:300]
    assert not [word for word in PARSER_TALK if word in done.exception.problem]


def test_a_large_and_tangled_file_is_checked_within_its_time() -> None:
    rule = "        - {{id: r{0}, label: l, points: 1, where: {{any: [{1}], not: {{any: [{1}]}}}}}}\n"
    some = ", ".join("{job_title: {regex: '(a+)+" + str(n) + "'}, employees: {at_least: 5}}" for n in range(10))
    rules = "".join(rule.format(n, some) for n in range(70))
    text = edited(
        "    rules:\n      - id: market\n", f"    rules:\n{rules.replace('        -', '      -')}      - id: market\n"
    )
    assert 0.8 * MAX_MODEL_BYTES < len(text) < MAX_MODEL_BYTES
    began = time.process_time()
    try:
        read_model(text, FORMS, ASSETS)
    except InvalidModel as error:
        assert "contradict each other" in str(error)
    assert time.process_time() - began < 5
