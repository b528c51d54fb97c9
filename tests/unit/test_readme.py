"""The README tells the truth: its example is what the code makes, and what it names is there."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from leadbell.capture.field_reading import read_submission
from leadbell.events import Fact, Trust
from leadbell.forms.config import ASSETS, FORMS
from leadbell.lifecycle.decide import decide
from leadbell.lifecycle.standing import Standing
from leadbell.sales.alert_text import Occasion, compose
from leadbell.sales.routing import Route
from leadbell.scoring.rules import default_model
from leadbell.scoring.scoring import derive
from leadbell.web.bodies import Body, Pairs
from leadbell.web.request import Request
from leadbell.web.responses import stored

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]

# Words of our own machinery that users never meet.
OURS_ALONE = "ring fold standing snapshot cycle outbox tombstone"


def block(language: str, holding: str) -> str:
    """The first fenced block of this language that holds these words."""
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return next(each for each in found if holding in each)


def rows(header: str) -> Iterator[list[str]]:
    """The cells of a table's rows, found by how its header starts."""
    table = README.partition(f"\n| {header}")[2].partition("\n\n")[0]
    for line in table.splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def posted() -> tuple[str, Pairs]:
    """The form and the fields that the README's curl sends."""
    words = shlex.split(block("sh", "curl"))
    sent = [words[at + 1].partition("=") for at, word in enumerate(words) if word in ("-d", "--data-urlencode")]
    return words[-1].rpartition("/")[2], tuple((name, value) for name, _, value in sent)


def test_the_mail_is_what_the_posted_form_leads_to() -> None:
    form_id, pairs = posted()
    shown = block("text", "Subject:")
    link = shown.split()[-1]
    now = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)
    form, model = FORMS[form_id], default_model().compiled()
    submission = read_submission(Body(pairs), "a salt for tests")
    fields = {**submission.fields, "form": form.id, "means": form.means, "asks": form.asks}
    fact = Fact("f", "form.submitted", now, now, Trust.SUBMITTED, fields, undecided=True)

    derived = derive([fact], None, model, now)
    decision = decide(Standing(), derived, [fact], model.mql, now)
    (notice,) = decision.notices
    mail = compose(Occasion(notice, decision.standing, derived, [fact], Route(None), 1042, link, now))

    assert shown == f"Subject: {mail.subject}\n\n{mail.body}"


def test_the_answer_has_the_fields_of_a_real_one() -> None:
    answer = stored(Request("application/json", b""), "id", "../thanks?for=demo")
    assert answer.body is not None
    assert json.loads(block("json", "ok")).keys() == json.loads(answer.body).keys()


def test_the_settings_are_the_templates_parameters() -> None:
    parameters = YAML().load(ROOT / "template.yaml")["Parameters"]
    described = {name.strip("`"): default for name, _, default, *_ in rows("Parameter")}
    assert list(described) == list(parameters)
    for name, default in described.items():
        value = str(parameters[name].get("Default", ""))
        assert default.startswith("empty" if value == "" else f"`{value}`"), name


def test_each_allowed_value_of_a_setting_is_named() -> None:
    parameters = YAML().load(ROOT / "template.yaml")["Parameters"]
    for name, _, _, allowed, _ in rows("Parameter"):
        parameter = parameters[name.strip("`")]
        ends = [parameter[key] for key in ("MinValue", "MaxValue") if key in parameter]
        values = parameter.get("AllowedValues") or ends
        assert all(re.search(rf"\b{value}\b", allowed) for value in values), name


def test_each_packaged_form_and_file_is_named() -> None:
    paths = " ".join(cells[0] for cells in rows("Post to"))
    assert set(re.findall(r"`(/.*?)`", paths)) == {
        *(f"/forms/{form}" for form in FORMS),
        *(f"/downloads/{asset}" for asset in ASSETS),
        "/newsletter",
    }


def test_the_costs_are_those_of_the_cost_page() -> None:
    page = (ROOT / "docs/cost.md").read_text(encoding="utf-8")
    for cells in list(rows("Submissions a month")):
        for amount in cells[1:]:
            assert f"**{amount.removeprefix('$')}**" in page, amount


def test_no_word_of_our_machinery_reaches_a_user() -> None:
    words = "|".join(OURS_ALONE.split())
    text = re.sub(r"^ +\w+/", "", README, flags=re.MULTILINE)  # names of folders, in the tree of the code
    assert re.findall(rf"\b(?:{words})s?\b", text, re.IGNORECASE) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_make_target_named_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z0-9-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("https://", "mailto:")):
            assert (page.parent / target).exists(), target


def test_each_file_and_folder_of_the_tree_is_there() -> None:
    tree = block("text", "template.yaml")
    folders: list[str] = []
    for line in tree.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        folders = [*folders[:depth], line.split()[0]]
        assert (ROOT / "".join(folders)).exists(), line
    functions = {f"{path.parent.name}/" for path in ROOT.glob("functions/*/app.py")}
    assert functions <= set(re.findall(r"^  (\S+)", tree, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_path_of_one_machine_is_named(page: Path) -> None:
    assert re.findall(r"(?<![\w.>}])/(?:home|root|tmp|work|Users)/", page.read_text(encoding="utf-8")) == []
