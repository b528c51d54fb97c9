"""Every page of the documentation: its links lead somewhere, its examples are valid, and it uses the trade's words."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from leadbell.forms.file import read_forms
from tests.unit.docs.pages import DOCS, EVERY, PAGES, ROOT, blocks, place, prose, template, text

# Words of our own machinery that users never meet.
OURS_ALONE = r"\b(?:rings?|folds?|snapshots?|cycles?|tombstones?)\b"
# What Leadbell does not say, since nobody in the trade does.
NEVER_SAID = (
    r"\b(?:un)?heard\b", r"\bmessage cop(?:y|ies)\b", r"\b(?:kept|keeps?|put) aside\b", r"\blets? (?:it|one|them) go\b",
    r"\blooks? like a machine", r"\ba machine's\b", r"\b(?:work|works|worked) (?:it )?again\b", r"\bwho hears\b",
    r"\btold (?:anew|once|sales)\b", r"\bdisown", r"\bundecided\b", r"\b(?:its|their) time comes\b", r"\bin force\b",
    r"\b(?:gives?|given|gave) (?:it |them |back |the contact )?back\b", r"\boff the list\b", r"\bgo(?:es)? as told\b",
    r"\bcannot be told\b", r"\bnothing is wrong with\b", r"\bis a lead born\b", r"\bwhat people say\b", r"\banew\b",
    r"\bwhat came\b", r"\bbrings? .{0,30} into force\b", r"\bthe doors?\b", r"\ba door\b", r"\bmend(?:ed|s|ing)?\b",
    r"\bworks? out\b", r"\bworked out\b", r"\bpress\(?es\b", r"\(s\)",
)  # fmt: skip


@pytest.mark.parametrize("page", EVERY, ids=place)
def test_each_link_leads_somewhere(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)", text(page)):
        if target.startswith(("https://", "mailto:")):
            continue
        there = page.parent / target if target else page
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), f"{target}#{anchor}"


def anchors(page: Path) -> set[str]:
    """The headings of a page as they are linked to, on the site and on GitHub alike."""
    headings = re.findall(r"^#+ (.*)$", text(page), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 _-]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("page", EVERY, ids=place)
def test_no_path_of_one_machine_is_named(page: Path) -> None:
    assert re.findall(r"(?<![\w.>}])/(?:home|root|tmp|work|Users)/", text(page)) == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md", ROOT / "SECURITY.md"], ids=place)
def test_a_page_uses_the_words_of_the_trade(page: Path) -> None:
    said = prose(page)
    assert [found[0] for phrase in NEVER_SAID for found in re.finditer(phrase, said, re.IGNORECASE)] == []


@pytest.mark.parametrize("page", [page for page in PAGES if "explanation" not in place(page)], ids=place)
def test_no_word_of_our_machinery_reaches_a_user(page: Path) -> None:
    assert re.findall(OURS_ALONE, prose(page), re.IGNORECASE) == []


def test_each_page_is_of_one_of_the_four_kinds() -> None:
    kinds = {page.relative_to(DOCS).parts[0] for page in PAGES[1:]}
    assert kinds == {"index.md", "tutorial", "how-to", "reference", "explanation"}


def test_the_site_loads_nothing_from_elsewhere() -> None:
    site = YAML(typ="safe").load(text(ROOT / "mkdocs.yml"))
    assert site["theme"]["font"] is False
    assert "extra_javascript" not in site
    assert "offline" not in site["plugins"], "it loads a script from a CDN"
    for style in site["extra_css"]:
        assert "url(" not in text(DOCS / style)


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_each_example_of_forms_is_a_forms_file(page: Path) -> None:
    for block in blocks(page, "yaml"):
        if block.startswith("forms:"):
            read_forms(block)


def test_forms_are_shown_where_somebody_looks_for_them() -> None:
    shown = {place(page) for page in PAGES if any(block.startswith("forms:") for block in blocks(page, "yaml"))}
    assert {"docs/reference/forms-file.md", "docs/how-to/put-a-form-on-your-site.md"} <= shown


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_each_address_of_ours_is_a_route(page: Path) -> None:
    routes = [
        re.sub(r"\{\w+\}", "[^/]+", event["Properties"]["Path"])
        for resource in template("Resources").values()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if event["Type"] == "HttpApi" and "Path" in event["Properties"]
    ]
    for path in re.findall(r"execute-api\.[\w-]+\.amazonaws\.com(/[^\s\"'`?|]*)", text(page)):
        assert any(re.fullmatch(route, path.rstrip(".")) for route in routes), path


@pytest.mark.parametrize("page", EVERY, ids=place)
def test_no_page_holds_what_a_merge_left_open(page: Path) -> None:
    assert re.findall(r"^(?:<{7}|={7}|>{7})(?: |$)", text(page), re.MULTILINE) == []
