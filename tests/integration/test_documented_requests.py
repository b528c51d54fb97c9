"""What the documents send is accepted: each curl of README and docs, and the tutorial up to its alert."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import quote_plus, urlsplit

import pytest

from leadbell.forms.file import packaged_forms, read_forms
from tests.integration.service import FORM, Service
from tests.unit.docs.pages import DOCS, PAGES, ROOT, Command, blocks, commands, text

# Those of the reference, which write the address as $API, are sent by `test_http_page`.
SENT = [
    each
    for page in PAGES
    for each in commands(page)
    if each.words[0] == "curl" and "-d" in each.words and not any("$API" in word for word in each.words)
]
TUTORIAL = DOCS / "tutorial/first-lead.md"


def shown(command: Command) -> str:
    return f"{command.page}: {command.words[-1]}"


def value_of(option: str, command: Command) -> list[str]:
    """What follows an option, each time that it is given."""
    return [command.words[at + 1] for at, word in enumerate(command.words) if word == option]


@pytest.mark.parametrize("command", SENT, ids=shown)
def test_each_request_of_the_documents_is_stored(service: Service, command: Command) -> None:
    url = next(word for word in command.words if word.startswith(("http://", "https://")))
    headers = dict(header.lower().split(": ") for header in value_of("-H", command))
    encoded = [f"{name}={quote_plus(value)}" for name, _, value in map(split, value_of("--data-urlencode", command))]
    body = "&".join([*value_of("-d", command), *encoded])
    kind = headers.pop("content-type", FORM)
    path = urlsplit(url.replace("/_aws/execute-api/1eadbe11/%24default", "")).path or "/"
    for described in blocks(ROOT / command.page, "yaml", f"forms:\n  {path.rpartition('/')[2]}:\n"):
        publish(service, described.removeprefix("forms:\n"))
    answer = service.post_body(path, body.encode(), kind, **headers)
    assert answer.status in (200, 303), answer.body
    assert len(service.facts()) == 1


def publish(service: Service, fragment: str) -> None:
    """Adds the form that a page describes to the packaged ones."""
    config = read_forms(packaged_forms().replace("\ndownloads:\n", f"\n{fragment}\ndownloads:\n"))
    stored = {"pk": "CONFIG#forms", "sk": "ACTIVE", "version": config.version, "forms": json.dumps(config.plain())}
    service.table.put(stored)


def split(pair: str) -> tuple[str, str, str]:
    return pair.partition("=")


def test_there_are_requests_in_the_documents() -> None:
    assert {"README.md", "docs/how-to/move-from-formspree.md", "docs/how-to/move-from-hubspot-forms.md"} <= {
        command.page for command in SENT
    }


class Fields(HTMLParser):
    """A form of a page: where it posts to, and the names of its fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.path, self.names = "", list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.path = (given["action"] or "").partition("%24default")[2]
        elif given.get("name"):
            self.names.append(str(given["name"]))


def typed() -> list[dict[str, str]]:
    """What the tutorial says to type, form by form, by the labels of the fields."""
    tables = re.findall(r"^\| Field \| Value \|\n\|---\|---\|\n((?:\|.*\n)+)", text(TUTORIAL), re.MULTILINE)
    return [dict(line.strip("| ").split(" | ") for line in table.splitlines()) for table in tables]


def test_the_tutorial_ends_with_an_alert(service: Service) -> None:
    (fragment,) = blocks(TUTORIAL, "yaml", "quote:")
    publish(service, fragment)
    question, quote = typed()

    names = {"Name": "name", "E-mail": "email", "Company": "company", "Your question": "message"}
    service.post("/forms/contact", {names[label]: value for label, value in question.items()})
    service.pump()
    standing = service.standing(question["E-mail"])
    assert (standing.stage, standing.score.grade, len(service.mails())) == ("iql", "?2", 1)

    (page,) = blocks(TUTORIAL, "html")
    form = Fields(page)
    assert re.findall(r"<label>(\S.*?) <", page) == list(quote)
    values = dict(zip(form.names, quote.values(), strict=True))
    assert service.post(form.path, values).status == 422
    assert service.post(form.path, {**values, "plants": "2"}).status == 303
    service.pump()
    standing = service.standing(question["E-mail"])
    assert (standing.stage, standing.score.grade, standing.score.fit, standing.score.interest) == ("sql", "A1", 90, 95)
    (alert,) = service.mails()
    assert alert.subject.startswith("Sales lead A1")
    assert "plants: 2" in alert.body
