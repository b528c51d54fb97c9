"""A forms file as a website's owner meets it: what it says, its mistakes in their words, its schema."""

import json
import re
from dataclasses import fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli.errors import CommandError
from cli.main import app
from leadbell.errors import InvalidForms
from leadbell.formats import ASKED
from leadbell.forms.config import PACKAGED, ConsentText, Form, FormField, FormsConfig, SpamSettings
from leadbell.forms.file import MAX_FORMS_BYTES, forms_schema, packaged_forms, read_forms
from leadbell.forms.file_values import a_page, a_site

ROOT = Path(__file__).parents[3]
WHOLE = """\
forms:
  trial:
    label: Try it
    means: trial.started
    copy: every
    state: inactive
    origins: [https://WWW.example.com/, "http://localhost:8000", https://räksmörgås.example]
    redirect: https://www.example.com/tack?från=formulär
    error_redirect: https://www.example.com/again
    accent: "#3366CC"
    got_it: true
    fields:
      - {name: email, type: email, required: true}
      - {name: team, type: choice, choices: [1-9, 10-49, NO], to: company_size}
      - {name: title, to: none}
    consents:
      - {purpose: sales_contact, text: You may call me., version: 2026-03}
    spam: {min_seconds: 8, max_links: 0, turnstile: true, per_minute: 2}
  price:
    label: Prices
    means: request
    asks: price
downloads:
  list: {key: 2026/prices.pdf, delivery: link}
newsletter: {redirect: https://www.example.com/check-your-inbox, origins: [https://www.example.com]}
"""
TWO_LINES = "forms:\n  contact: {label: Contact, means: question}\n"


def form_of(**keys: Any) -> Form:
    """A form with these keys, by way of a file; JSON is YAML too."""
    written = {"label": "Own", "means": "nothing", **keys}
    return read_forms(json.dumps({"forms": {"own": written}})).forms["own"]


def refused(text: str) -> list[str]:
    with pytest.raises(InvalidForms) as error:
        read_forms(text)
    return str(error.value).splitlines()


def refusal(**keys: Any) -> str:
    with pytest.raises(InvalidForms) as error:
        form_of(**keys)
    return str(error.value)


# ---- what a file says ------------------------------------------------------------------------------------------------


def test_the_packaged_file_says_what_the_doors_do_without_one() -> None:
    assert replace(read_forms(packaged_forms()), version="") == PACKAGED


def test_a_form_is_what_its_owner_wrote() -> None:
    assert read_forms(WHOLE).forms["trial"] == Form(
        "trial",
        "Try it",
        "",
        "",
        "every",
        (
            FormField("email", "email", required=True),
            FormField("team", "choice", to="company_size", choices=("1-9", "10-49", "NO")),
            FormField("title", to="none"),
        ),
        ("https://www.example.com", "http://localhost:8000", "https://xn--rksmrgs-5wao1o.example"),
        "https://www.example.com/tack?fr%C3%A5n=formul%C3%A4r",
        "https://www.example.com/again",
        (ConsentText("sales_contact", "You may call me.", "2026-03"),),
        SpamSettings(8, 0, turnstile=True, per_minute=2),
        True,
        "inactive",
        "#3366cc",
        "trial.started",
    )


def test_a_file_is_saved_under_the_last_part_of_its_place_unless_its_owner_says_otherwise() -> None:
    asset = read_forms(WHOLE).downloads["list"]
    assert (asset.id, asset.key, asset.filename, asset.delivery) == ("list", "2026/prices.pdf", "prices.pdf", "link")
    named = read_forms("downloads: {list: {key: 2026/prices.pdf, filename: Price list.pdf}}").downloads["list"]
    assert named.filename == "Price list.pdf"


def test_what_is_left_out_is_as_in_the_packaged_forms() -> None:
    assert form_of() == Form("own", "Own", "", "")
    assert read_forms("{}").newsletter == PACKAGED.newsletter


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"means": "question"}, ("form.submitted", "question", "question")),
        ({"means": "question", "asks": "question"}, ("form.submitted", "question", "question")),
        ({"means": "request", "asks": "terms"}, ("form.submitted", "request", "terms")),
        ({"means": "webinar.registered"}, ("webinar.registered", "", "")),
        ({"means": "trial.started"}, ("trial.started", "", "")),
        ({"means": "nothing"}, ("form.submitted", "", "")),
    ],
)
def test_a_form_means_what_its_owner_says(keys: Any, said: tuple[str, str, str]) -> None:
    form = form_of(**keys)
    assert (form.event, form.means, form.asks) == said


@pytest.mark.parametrize("copy", ["unqualified", "every"])
def test_the_fact_says_who_hears_of_it_only_where_that_is_not_as_usual(copy: str) -> None:
    usual = {"form": "own", "means": "question", "asks": "question"}
    assert form_of(means="question", copy=copy).says == usual | ({} if copy == "unqualified" else {"copy": copy})


def test_spacing_and_remarks_make_no_other_version_and_every_change_does() -> None:
    said = read_forms(TWO_LINES)
    assert read_forms("# ours\nforms: {contact: {means: question,   label: Contact}}").version == said.version
    assert read_forms(TWO_LINES.replace("Contact", "Kontakt")).version != said.version
    assert re.fullmatch(r"[0-9a-f]{12}", said.version)


def test_what_is_read_can_be_stored_and_loaded_by_a_door() -> None:
    config = read_forms(WHOLE)
    assert FormsConfig.from_plain(config.version, json.loads(json.dumps(config.plain()))) == config


# ---- mistakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("copy: every", "cpoy: every", 'line 5: forms.trial: unknown key "cpoy"; did you mean "copy"?'),
        ("copy: every", "copy: all", "line 5: forms.trial.copy: \"all\" is not valid; use one of 'unqualified', "),
        ("means: trial.started", "means: demo", 'line 4: forms.trial.means: "demo" is not valid; use one of '),
        ("    label: Try it\n", "", 'line 2: forms.trial: "label" is missing'),
        ("label: Try it", "label: 12", "line 3: forms.trial.label: 12 is not text; put it in quotes"),
        ("asks: price", "asks: prise", 'line 22: forms.price.asks: "prise" is not valid; did you mean "price"?'),
        (
            "    asks: price\n",
            "",
            "line 19: forms.price: a request needs `asks`; add one of demo, price, callback, meeting, terms, purchase",
        ),
        (
            "means: trial.started",
            "means: trial.started\n    asks: demo",
            "line 2: forms.trial: `asks` is only for `means: request`; leave it out, or change `means`",
        ),
        (
            '"#3366CC"',
            "#3366CC",
            'forms.trial.accent: write a colour as "#336699", in quotes: without quotes, #',
        ),
        ("min_seconds: 8", "min_seconds: -1", "line 18: forms.trial.spam.min_seconds: -1 is too small; write at least"),
        ("per_minute: 2", "per_minut: 2", 'line 18: forms.trial.spam: unknown key "per_minut"; did you mean "per_mi'),
        ("type: email,", "type: mail,", 'line 13: forms.trial.fields[0].type: "mail" is not valid; use one of '),
        ("to: company_size", "to: compny", 'line 14: forms.trial.fields[1].to: a contact has no attribute "compny"'),
        ("to: company_size", "to: relation", 'fields[1].to: a contact has no attribute "relation"'),
        ("choices: [1-9, 10-49, NO], ", "", "fields[1]: `type: choice` and a list of `choices` go together"),
        ("name: title", "name: _gotcha", '"_gotcha" is reserved for instructions to Leadbell'),
        ("name: title", 'name: "Team[]"', 'line 2: forms.trial: two `fields` called "team"; keep one of them'),
        ("to: none", "to: company_size", 'line 2: forms.trial: two `fields` read as "company_size"'),
        ("version: 2026-03", "version: 2026-03-01", "consents[0].version: 2026-03-01 is not text; put it in quotes"),
        ("purpose: sales_contact", "purpose: calls", 'consents[0].purpose: "calls" is not valid; use one of '),
        ("https://www.example.com/again", "/again", 'error_redirect: "/again" is not a full URL; write it as'),
        ("  price:\n", "  our prices:\n", 'line 19: forms.our prices: "our prices" cannot be part of a URL'),
        ("key: 2026/prices.pdf", "key: /prices.pdf", 'downloads.list.key: "/prices.pdf" is not a valid file name'),
        ("delivery: link", "delivery: post", 'downloads.list.delivery: "post" is not valid'),
        ("newsletter: {", "newsleter: {", 'unknown key "newsleter"; did you mean "newsletter"?'),
        ("version: 2026-03", "version: 2026-02-30", 'not valid YAML: "2026-02-30" is not a date; write it as'),
        ("  trial:", "\ttrial:", "line 2: not valid YAML: a tab; indent with spaces"),
        ("  price:\n", "  trial:\n", "not valid YAML: the same key appears twice in one block"),
    ],
)
def test_a_mistake_is_told_with_line_place_and_fix(old: str, new: str, told: str) -> None:
    assert old in WHOLE
    assert any(told in line for line in refused(WHOLE.replace(old, new))), refused(WHOLE.replace(old, new))


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        WHOLE.replace("copy: every", "copy: all").replace("got_it: true", "got_it: maybe").replace("to: none", "to: 1")
    )
    assert [line.partition(":")[0] for line in refused(text)] == ["line 5", "line 11", "line 15"]


@pytest.mark.parametrize("text", ["", "- contact", "contact"])
def test_a_file_that_is_no_block_is_told_where_to_start(text: str) -> None:
    assert refused(text) == [
        'line 1: the file is not a block of "key: value" lines; start from a valid one: leadbell forms show'
    ]


def test_a_file_that_no_item_can_hold_is_refused() -> None:
    assert refused(TWO_LINES + "#" * MAX_FORMS_BYTES) == [
        f"the file has {MAX_FORMS_BYTES + len(TWO_LINES):,} bytes; shorten it to 200,000, for example its remarks"
    ]


def test_a_form_asks_once_for_each_purpose() -> None:
    consent = {"purpose": "newsletter", "text": "Send me the newsletter.", "version": "1"}
    told = 'line 1: forms.own: two `consents` for the purpose "newsletter"; keep one of them'
    assert refusal(consents=[consent, {**consent, "version": "2"}]) == told


@pytest.mark.parametrize("means", ["question", "request"])
def test_nobody_who_asks_is_kept_from_people(means: str) -> None:
    asks = {"asks": "demo"} if means == "request" else {}
    assert "nobody would read the messages of this form" in refusal(means=means, copy="never", **asks)


@pytest.mark.parametrize("field", [{"name": "message"}, {"name": "words", "to": "message"}, {"name": "Nachricht"}])
def test_nobody_who_has_a_field_to_write_in_is_kept_from_people(field: Any) -> None:
    assert "nobody would read the messages of this form" in refusal(copy="never", fields=[field])
    assert form_of(copy="never", fields=[{"name": "message", "to": "none"}]).copy == "never"


@pytest.mark.parametrize(
    ("site", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        ("https://WWW.Example.com:443/", "https://www.example.com"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_site_is_kept_as_a_browser_names_it(site: str, origin: str) -> None:
    assert a_site(site) == origin


@pytest.mark.parametrize(
    "site",
    ["", "www.example.com", "https://", "https://www.example.com/page", "https://*.example.com", "*", "null",
     "https://eva@www.example.com", "ftp://www.example.com", "https://[", "https://www.example.com?a=1", "https://a:b"],
)  # fmt: skip
def test_what_no_browser_would_name_is_no_site(site: str) -> None:
    with pytest.raises(ValueError, match=r"is not a site; write it as https://www\.example\.com"):
        a_site(site)


@pytest.mark.parametrize(
    "page",
    ["/thanks", "//www.example.com/", "www.example.com", "javascript:alert(1)", "https:/www.example.com", "https://",
     "https://www.example.com/a b", "https://www.example.com/\r\nSet-Cookie: a=b", "https://www.example.com\\@x.example",
     "data:text/html,x", "https://eva@www.example.com/"],
)  # fmt: skip
def test_only_a_whole_address_is_a_page_to_go_to(page: str) -> None:
    with pytest.raises(ValueError, match=r"write it as https://www\.example\.com/thanks"):
        a_page(page)


@given(st.text(max_size=40))
def test_a_page_that_is_taken_can_stand_in_a_header(text: str) -> None:
    try:
        page = a_page(f"https://www.example.com/{text}")
    except ValueError:
        return
    assert page.startswith("https://www.example.com/")
    assert page.isascii()
    assert page.isprintable()


# ---- schema, page and command ----------------------------------------------------------------------------------------


def test_the_schema_for_editors_is_the_one_that_the_file_is_checked_by() -> None:
    kept = files("leadbell").joinpath("data/forms.schema.json").read_text(encoding="utf-8")
    assert kept == forms_schema(), "run: leadbell forms schema > shared/leadbell/data/forms.schema.json"
    assert packaged_forms().startswith("# yaml-language-server: $schema=forms.schema.json\n")


def test_each_example_of_the_documents_is_a_forms_file() -> None:
    for page in ("docs/reference/forms-file.md", "docs/how-to/put-a-form-on-your-site.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        found = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if block.startswith("forms:")]
        assert found, page
        for block in found:
            read_forms(block)


def test_the_defaults_of_a_file_are_those_of_the_doors() -> None:
    bare = Form("own", "Own", "", "")
    told = {field.name for field in fields(Form)} - {"id", "label", "means", "asks"}
    assert {name for name in told if getattr(form_of(), name) == getattr(bare, name)} == told
    assert set(ASKED) == {"demo", "price", "callback", "meeting", "terms", "purchase", "question"}


def test_checking_needs_no_stack_and_tells_each_mistake(tmp_path: Path) -> None:
    file = tmp_path / "forms.yaml"
    file.write_text(WHOLE, encoding="utf-8")
    done = CliRunner().invoke(app, ["forms", "check", str(file)])
    assert (done.exit_code, "2 forms, 1 download and the newsletter" in done.output) == (0, True)
    told = json.loads(CliRunner().invoke(app, ["forms", "check", "--json", str(file)]).output)
    assert told == {"version": read_forms(WHOLE).version, "forms": ["trial", "price"], "downloads": ["list"]}

    file.write_text(WHOLE.replace("copy: every", "cpoy: every"), encoding="utf-8")
    failed = CliRunner().invoke(app, ["forms", "check", str(file)])
    assert isinstance(failed.exception, CommandError)
    assert 'line 5: forms.trial: unknown key "cpoy"; did you mean "copy"?' in failed.exception.problem


def test_a_model_may_name_forms_of_your_own_if_it_is_told_of_them(tmp_path: Path) -> None:
    forms, model = tmp_path / "forms.yaml", tmp_path / "model.yaml"
    forms.write_text(WHOLE, encoding="utf-8")
    packaged = files("leadbell").joinpath("data/model.yaml").read_text(encoding="utf-8").partition("\nstories:\n")[0]
    story = "{day: 0, does: {form: price}, expect: {stage: sql, heard: alert}}"
    other = "{day: 0, does: {form: trial}, expect: {interest: 40, heard: copy}}"  # a trial, of which every one is heard
    days = (("Eva", story), ("Bo", other))
    told_of = "\n".join(f"  - {{story: {who}, who: {{country: SE}}, days: [{day}]}}" for who, day in days)
    model.write_text(f"{packaged}\nstories:\n{told_of}\n")
    alone = CliRunner().invoke(app, ["model", "check", str(model)])
    assert (alone.exit_code, "0 of 2 stories pass, 2 were not run" in alone.output) == (0, True)
    assert (
        'the form "price" does not come with Leadbell, so it was not checked; did you mean "pricing"?' in alone.output
    )
    assert 'story "Eva" was not run: it sends a form that does not come with Leadbell' in alone.output
    assert "leadbell model check" in alone.output and "--forms forms.yaml" in alone.output
    told = CliRunner().invoke(app, ["model", "check", "--forms", str(forms), str(model)])
    assert (told.exit_code, "2 of 2 stories pass" in told.output) == (0, True)
    # The packaged stories send the packaged forms, whatever forms are published.
    whole = tmp_path / "packaged.yaml"
    whole.write_text(files("leadbell").joinpath("data/model.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert CliRunner().invoke(app, ["model", "check", "--forms", str(forms), str(whole)]).exit_code == 0


def test_a_forms_file_is_checked_with_the_model_that_names_its_forms(tmp_path: Path) -> None:
    forms, model = tmp_path / "forms.yaml", tmp_path / "model.yaml"
    forms.write_text(WHOLE, encoding="utf-8")
    packaged = files("leadbell").joinpath("data/model.yaml").read_text(encoding="utf-8")
    model.write_text(packaged, encoding="utf-8")
    fits = CliRunner().invoke(app, ["forms", "check", str(forms), "--model", str(model)])
    assert (fits.exit_code, f"{model} fits it." in fits.output) == (0, True)
    model.write_text(packaged.replace("{means: request}", "{form: pricing}", 1), encoding="utf-8")
    misses = CliRunner().invoke(app, ["forms", "check", str(forms), "--model", str(model)])
    assert isinstance(misses.exception, CommandError)
    assert 'there is no form "pricing"' in misses.exception.problem
    model.write_text(packaged.replace("expect: {stage: sql, heard: asked_again}", "expect: {heard: alert}", 1))
    fails = CliRunner().invoke(app, ["forms", "check", str(forms), "--model", str(model), "--json"])
    assert fails.exit_code == 1
    assert "expected mails to sales alert" in json.loads(fails.output)["problems"][0]
