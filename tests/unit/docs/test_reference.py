"""The reference pages say what the code does: what is made from it is up to date, and what people wrote is compared."""

import ast
import inspect
import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.errors import CommandError
from cli.examples import EXAMPLES, example
from cli.main import app
from cli.options import REGION_VARIABLE, STACK_VARIABLE
from cli.reference.command_line import every_command
from cli.reference.file_keys import FORMS_FILE, MODEL_FILE, blocks
from cli.reference.pages import BEGIN, FOLDER, PARTS, filled, write
from cli.stack import DATA_DIR_VARIABLE
from leadbell.capture.attachments import LINK_SECONDS as FILE_SECONDS
from leadbell.capture.field_reading import read_submission
from leadbell.errors import LeadbellError, Problem
from leadbell.events import FACT_TYPES
from leadbell.forms.file import FormsFile, read_forms
from leadbell.keyed import Keyring
from leadbell.outbox.links import ALERT_DAYS, CONFIRM_DAYS, GUIDE_DAYS, PREFERENCES_DAYS
from leadbell.outbox.mailing_rules import GUIDES_A_DAY
from leadbell.own_words.meaning import with_meaning
from leadbell.scoring.descriptions import DESCRIPTIONS
from leadbell.scoring.patterns import MAX_INPUT
from leadbell.scoring.rules import Model
from leadbell.translations import LANGUAGES
from leadbell.web import refusals
from leadbell.web.bodies import Body
from leadbell.web.dialects import FORMSPREE, HUBSPOT, Refusal
from tests.integration.sam_template import functions, template, variables_of
from tests.unit.parameters import parameters

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / FOLDER
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in REFERENCE.glob("*.md")}


def rows(page: str, *header: str) -> list[list[str]]:
    """The rows of every table of a page with this header."""
    line = f"\n| {' | '.join(header)} |\n"
    tables = [part.partition("\n\n")[0] for part in PAGES[page].split(line)[1:]]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for each in tables for row in each.splitlines()[1:]]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


# ---- what is made from the code --------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PARTS)
def test_a_page_is_up_to_the_code(page: str) -> None:
    assert PAGES[page] == filled(PAGES[page], page, ROOT), f"{FOLDER}/{page}.md is behind the code: run make reference"


@pytest.mark.parametrize("page", PAGES)
def test_no_part_of_a_page_is_left_that_nothing_makes(page: str) -> None:
    begin = re.escape(BEGIN).replace(r"\{\}", "(.+)")
    assert set(re.findall(f"^{begin}$", PAGES[page], re.MULTILINE)) == set(PARTS.get(page, ()))


def test_a_part_without_its_place_is_told_where_to_put_it() -> None:
    with pytest.raises(CommandError, match=r"docs/reference/cli\.md has no place for stack-options") as error:
        filled("# Command line\n", "cli", ROOT)
    assert BEGIN.format("stack-options") in error.value.fix


def test_writing_changes_what_is_made_from_the_code_and_nothing_else(tmp_path: Path) -> None:
    for name in ("template.yaml", "cli", "functions"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / FOLDER).mkdir(parents=True)
    for page, text in PAGES.items():
        stale = text.replace("| `events` ", "| `gone` ").replace("| `--stack-name", "| `--gone")
        (tmp_path / FOLDER / f"{page}.md").write_text(stale, encoding="utf-8")
    assert write(tmp_path) == [f"{FOLDER}/cli.md"]
    assert {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / FOLDER).iterdir()} == PAGES
    assert write(tmp_path) == []


def test_every_kind_of_block_of_a_file_has_its_section() -> None:
    for page, sections, model in (("forms-file", FORMS_FILE, FormsFile), ("model-file", MODEL_FILE, Model)):
        assert sections.keys() == blocks(model.model_json_schema()).keys()
        headings = {
            each.lower().replace(",", "").replace(" ", "-") for each in re.findall("^#+ (.+)$", PAGES[page], re.M)
        }
        assert set(sections.values()) <= headings


def test_each_key_of_a_model_file_is_described_and_no_other() -> None:
    keys = {name: block["properties"].keys() for name, block in blocks(Model.model_json_schema()).items()}
    assert {name: told.keys() for name, told in DESCRIPTIONS.items()} == keys


def test_each_key_of_a_forms_file_is_described() -> None:
    for name, block in blocks(FormsFile.model_json_schema()).items():
        assert [key for key, about in block["properties"].items() if not about.get("description")] == [], name


# ---- the command line ------------------------------------------------------------------------------------------------


def test_every_command_has_an_example_and_no_other() -> None:
    assert EXAMPLES.keys() == every_command().keys()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_can_be_typed(name: str) -> None:
    command = every_command()[name]
    assert command.epilog == example(name)
    assert command.make_context(name, shlex.split(EXAMPLES[name])).command is command


def test_the_variables_of_the_command_line_are_named() -> None:
    told = {named(variable)[0] for variable, _ in rows("cli", "Variable", "What it does")}
    read = {each.envvar for command in every_command().values() for each in command.params if each.envvar}
    assert told == read | {STACK_VARIABLE, REGION_VARIABLE, DATA_DIR_VARIABLE, "AWS_PROFILE"}


def ends_with_status_1() -> Iterator[str]:
    """The commands that end so themselves, for what they found."""
    for name, command in every_command().items():
        own = inspect.unwrap(command.callback)
        if "typer.Exit(1)" in inspect.getsource(own):
            yield f"leadbell {name}"


def test_the_commands_that_end_with_status_1_for_what_they_find_are_named() -> None:
    told = {named(command)[0] for command, _ in rows("cli", "Command", "Status 1 when")}
    assert told == {*ends_with_status_1(), "leadbell forms check"}  # which fails by an error


def test_the_error_shown_is_one_of_those_listed() -> None:
    (shown,) = re.findall(r"^```text\nError: (.*)\nFix:   (.*)\n```$", PAGES["cli"], re.MULTILINE)
    listed = [[re.escape(cell).replace("…", ".+") for cell in row] for row in rows("errors", "Error", "Fix")]
    assert any(re.fullmatch(error, shown[0]) and re.fullmatch(fix, shown[1]) for error, fix in listed)


@pytest.mark.parametrize("words", [["no-such-command"], ["contact"], ["contact", "a@b.example", "--no-such-option"]])
def test_a_wrong_command_line_ends_with_status_2(words: list[str]) -> None:
    assert CliRunner().invoke(app, words).exit_code == 2


# ---- settings --------------------------------------------------------------------------------------------------------


def test_the_parameters_that_are_final_are_named_as_such_and_no_others() -> None:
    final, _, others = PAGES["settings"].partition("## What cannot be undone")[2].partition("All other parameters")
    finals = {name for name, each in parameters().items() if "Final" in each.description}
    assert set(re.findall(r"^\| `(\w+)`", final, re.MULTILINE)) == finals
    assert set(re.findall(r"^\| `(\w+)`", others.partition("## ")[0], re.MULTILINE)) <= parameters().keys() - finals


def test_every_parameter_and_every_variable_of_a_function_is_in_its_table() -> None:
    told = [named(row[0])[0] for row in rows("settings", "Parameter", "What it does", "Default", "Allowed")]
    assert sorted(told) == sorted(parameters())
    for variable, origin, readers in rows("settings", "Variable", "Its value comes from", "Functions that read it"):
        assert origin.startswith(("the parameter `", "the resource `")), variable
        assert set(readers.split(", ")) <= functions().keys()
        assert all(named(variable)[0] in variables_of(folder) for folder in readers.split(", "))
    text = PAGES["settings"]
    assert [name for folder in functions() for name in variables_of(folder) if f"`{name}`" not in text] == []


# ---- the forms file --------------------------------------------------------------------------------------------------


def test_the_example_of_a_forms_file_is_one() -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```$", PAGES["forms-file"], re.MULTILINE | re.DOTALL)
    found = read_forms(example)
    assert {*found.forms, *found.downloads} == {"webinar", "offer", "old-contest", "prices"}
    for block in blocks(FormsFile.model_json_schema()).values():
        for key in block["properties"]:
            assert re.search(rf"\b{key}:", example) or key in ("asks", "turnstile"), key


# ---- refusals --------------------------------------------------------------------------------------------------------


def raised_codes() -> Iterator[tuple[int, str]]:
    """Each code that our code raises for a door by name, with the status of its error."""
    status = {kind.__name__: refusals.answer_to(_made(kind)).status for kind in _kinds(LeadbellError)}
    for file in [*(ROOT / "shared").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("NotFound", "NotAllowed", "Malformed"):
                for code in node.args[1:]:
                    assert isinstance(code, ast.Constant)
                    yield status[node.func.id], str(code.value)  # type: ignore[attr-defined]


def _kinds(kind: type[LeadbellError]) -> Iterator[type[LeadbellError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)


def _made(kind: type[LeadbellError]) -> LeadbellError:
    return kind.__new__(kind)


# Raised where an operator works, never at a door; and the code of a kind of error that always has a closer one.
NEVER_ANSWERED = {(404, "NOT_HELD"), (404, "NOT_SUPPRESSED"), (403, "NOT_ALLOWED")}


def test_every_refusal_is_in_the_table_with_its_status_and_no_other() -> None:
    table = rows("errors", "Status", "Code", "When", "Fix")
    told = {(int(status), named(code)[0]) for status, code, *_ in table}
    answered = {*refusals.refusals(), (500, refusals.answer_to(LeadbellError()).code), *raised_codes()}
    assert told == answered - NEVER_ANSWERED
    assert len(table) == len(told)


def problem_codes() -> Iterator[str]:
    """Each code of a problem with a field that a door's modules name."""
    for module in ("identity", "capture/field_checks", "capture/field_reading"):
        text = (ROOT / f"shared/leadbell/{module}.py").read_text(encoding="utf-8")
        yield from re.findall(r"\"((?:REQUIRED|TYPE|VALUE|INPUT)_[A-Z_]+)\"", text)


def test_every_problem_with_a_field_is_in_its_table_and_no_other() -> None:
    told = [named(row[0])[0] for row in rows("errors", "Code", "When", "Fix")]
    assert sorted(told) == sorted(set(problem_codes()))


def test_the_codes_of_other_services_are_those_of_their_answers() -> None:
    for ours, theirs in rows("errors", "Our code", "Formspree's code"):
        for code in named(ours):
            assert FORMSPREE.refused(_refusal(code))["code"] == named(theirs)[0]
    for ours, theirs in rows("errors", "Our code", "HubSpot's `errorType`"):
        for code in named(ours):
            assert HUBSPOT.refused(_refusal(code))["errors"][0]["errorType"] == named(theirs)[0]
    assert [HUBSPOT.status(status) for status in (409, 413, 415, 422, 404)] == [400, 400, 400, 400, 404]


def test_no_code_of_another_service_is_left_out() -> None:
    told = {header: {code for row in rows("errors", "Our code", header) for code in named(row[0])} for header in THEIRS}
    every = [named(row[1])[0] for row in rows("errors", "Status", "Code", "When", "Fix")]
    for code in [*every, *(named(row[0])[0] for row in rows("errors", "Code", "When", "Fix"))]:
        formspree, hubspot = THEIRS
        assert code in told[formspree] or FORMSPREE.refused(_refusal(code))["code"] == code
        assert code in told[hubspot] or HUBSPOT.refused(_refusal(code))["errors"][0]["errorType"] == code


THEIRS = ("Formspree's code", "HubSpot's `errorType`")


def _refusal(code: str) -> Refusal:
    return Refusal(422, code, "message", (Problem(code, "field", "message"),), "request")


# ---- events and fields -----------------------------------------------------------------------------------------------

READ = rows("events-and-fields", "Sent", "Stored")


@pytest.mark.parametrize(("sent", "stored"), READ, ids=lambda cell: str(cell))
def test_a_value_is_read_as_the_page_says(sent: str, stored: str) -> None:
    pairs = tuple((name, value) for name, _, value in (each.partition("=") for each in named(sent)))
    keys = Keyring.of(b"a secret for tests")
    found = read_submission(Body((("email", "vera.lindqvist@havsvind.example"), *pairs)), keys).fields
    found = with_meaning(found, (), date(2026, 11, 28))
    told = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in found.items()}
    assert {f"{name}={value}" for name, value in told.items() if name != "email"} == set(named(stored))


def test_the_events_that_nothing_sends_yet_are_those_that_no_code_makes() -> None:
    (sentence,) = re.findall(r"Nothing sends these events today.*?: (.*?)\.\n", PAGES["events-and-fields"], re.DOTALL)
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "shared/leadbell").rglob("*.py")
        if path.name not in ("events.py", "compiled.py")
    )
    assert set(named(sentence)) == {name for name in FACT_TYPES if f'"{name}"' not in code and name not in _BY_NAME}


# Events that the code knows by a name of its own.
_BY_NAME = {
    *("newsletter.requested", "newsletter.subscribed", "newsletter.unsubscribed", "guide.opened", "erasure.requested"),
    *("profiling.objected", "profiling.allowed", "consent.given", "consent.withdrawn", "pause.lifted"),
    *("form.submitted", "webinar.registered", "trial.started", "contact.imported", "contact.added"),
}


def test_the_figures_named_in_sentences_are_those_of_the_code() -> None:
    page = " ".join(PAGES["http-api"].split())
    assert (CONFIRM_DAYS, GUIDE_DAYS, PREFERENCES_DAYS, ALERT_DAYS, FILE_SECONDS) == (7, 7, 3 * 365, 90, 600)
    assert page.count("for 7 days") == 2
    assert "The link always works." in page
    assert "The link works for 90 days." in page
    assert "links that work for ten minutes" in page
    throttling = template()["Resources"]["Api"]["Properties"]["DefaultRouteSettings"]["ThrottlingRateLimit"]
    assert f"more than {throttling} requests a second" in page
    assert f"over {throttling} requests a second" in PAGES["errors"]
    assert GUIDES_A_DAY == 3
    assert "one mail about a file in 24 hours, and three about files on one" in " ".join(PAGES["forms-file"].split())
    assert f"first {MAX_INPUT} characters" in PAGES["model-file"]


def test_the_languages_named_are_those_of_the_pages() -> None:
    assert all(f"`{language}`" in PAGES["http-api"] for language in LANGUAGES)
