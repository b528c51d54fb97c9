"""A mail gateway that opens every link before a person does, and follows what it finds there."""

from html.parser import HTMLParser
from urllib.parse import urljoin

from tests.aws.ses import Sent
from tests.aws.world import World
from tests.integration.service import ENVIRONMENT


class Found(HTMLParser):
    """The links and forms of a page; `by_itself` are the forms that need no person to be sent."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.scripts = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.scripts += tag == "script" or any(name.startswith("on") for name in told)
        self.scripts += tag == "meta" and told.get("http-equiv", "").lower() == "refresh"
        for name in ("href", "src", "action", "formaction"):
            if told.get(name):
                self.links.append(told[name])
        if tag == "form":
            self.forms.append({})
        if tag == "input" and self.forms:
            self.forms[-1][told.get("name", "")] = told.get("value", "")


def scan_like_a_gateway(here: World, mail: Sent) -> tuple[int, list[Found]]:
    """Opens every link in the mail, its headers and the pages behind them, and sends the forms that send themselves.

    Gives how many requests it made, and the pages.
    """
    to_open = [*mail.links, mail.headers["List-Unsubscribe"].strip("<>")]
    seen: set[str] = set()
    requests, pages = 0, []
    while to_open:
        link = to_open.pop()
        if link in seen or not link.startswith(ENVIRONMENT["PUBLIC_URL"]):
            continue
        seen.add(link)
        for method in ("HEAD", "GET", "GET"):
            answer = here.open(link, method, **{"user-agent": "MailScanner/1.0", "purpose": "prefetch"})
            requests += 1
        page = Found(answer.body)
        pages.append(page)
        if page.scripts:  # only a script could send a form without a person
            for form in page.forms:
                here.press(link, "&".join(f"{name}={value}" for name, value in form.items()))
                requests += 1
        to_open += [urljoin(link, found) for found in (*page.links, answer.location) if found]
    return requests, pages
