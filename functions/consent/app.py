"""The pages behind links in mails: /confirm, /unsubscribe (RFC 8058: one POST, no cookie, no redirect), /preferences.
GET shows buttons and changes nothing; POST acts. The signed token is the only key. A second press stores nothing new.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from leadbell.clients import door_config, make_client
from leadbell.clock import new_secret, now
from leadbell.contacts.facts import ContactFacts
from leadbell.observability import log
from leadbell.outbox.links import LinkPurpose, choices_token, read
from leadbell.privacy.preference_pages import Pages
from leadbell.privacy.preferences import Choices
from leadbell.secret import keyring
from leadbell.settings import ConsentSettings
from leadbell.table import Table
from leadbell.web.bodies import control
from leadbell.web.request import request_of
from leadbell.web.responses import html, map_errors
from leadbell.web.routes import Response, Router

settings = ConsentSettings.from_env()
table = Table(make_client("dynamodb", door_config()), settings.table_name)
keys = keyring(table, new_secret)
chosen = Choices(ContactFacts(table), keys)
app = Router()
map_errors(app, log.note, settings.company_name)


@app.route("/confirm/<token>", "GET", "POST")
def confirm(token: str) -> Response:
    """A signup is confirmed by the button."""
    name = _read(LinkPurpose.CONFIRM, token)
    if not request_of(app).is_post:
        return html(_pages().to_confirm())
    is_on_list = chosen.confirm(name, now())
    log.note(did="confirm", on_list=is_on_list)
    return html(_pages().confirmed(_link(name.partition("|")[0]), is_on_list=is_on_list))


@app.route("/unsubscribe/<token>", "GET", "POST")
def unsubscribe(token: str) -> Response:
    """The newsletter is left by the button, or by a mail program for its reader; whatever the body says."""
    contact, pages = _read(LinkPurpose.UNSUBSCRIBE, token), _pages()
    if not request_of(app).is_post:
        return html(pages.to_leave(_link(contact)))
    chosen.leave(contact, now())
    log.note(did="unsubscribe")
    return html(pages.left(_link(contact)))


@app.route("/preferences/<token>", "GET", "POST")
def preferences(token: str) -> Response:
    """All that somebody may choose; each button posts what it is for, and the page says what is so now."""
    contact, request = _read(LinkPurpose.PREFERENCES, token), request_of(app)
    if request.is_post:
        log.note(did=chosen.choose(contact, control(request.body().pairs, "do"), now()))
    return html(_pages().choices(chosen.state(contact)))


def _read(purpose: LinkPurpose, token: str) -> str:
    name = read(keys.made(now()), purpose, token, now())
    log.note(contact=name.partition("|")[0])
    return name


def _pages() -> Pages:
    return Pages(request_of(app).language(), settings.company_name)


def _link(contact: str) -> str:
    return f"../preferences/{choices_token(keys, contact, now())}"


@log.one_line
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The function's entry."""
    return app.resolve(event)
