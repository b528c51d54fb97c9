"""The pages behind links in mails: /confirm, /unsubscribe (RFC 8058: one POST, no cookie, no redirect), /preferences.
GET shows buttons and changes nothing; POST acts. The signed token is the only key. A second press stores nothing new.
"""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from leadbell.clients import door_config, make_client
from leadbell.clock import new_secret, now
from leadbell.contacts.facts import ContactFacts
from leadbell.observability import log
from leadbell.outbox.links import AS_CONFIRMED, AS_LEFT, LinkPurpose, allowed_by, read_with_end
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
map_errors(app, log.note, settings.brand)


@app.route("/confirm/<token>", "GET", "POST")
def confirm(token: str) -> Response:
    """A signup is confirmed by the button."""
    name, until = _read(LinkPurpose.CONFIRM, token)
    if not request_of(app).is_post:
        return html(_pages().to_confirm())
    is_on_list = chosen.confirm(name, now())
    log.note(did="confirm", on_list=is_on_list)
    return html(_pages().confirmed(chosen.link_on(name, AS_CONFIRMED, until, now()), is_on_list=is_on_list))


@app.route("/unsubscribe/<token>", "GET", "POST")
def unsubscribe(token: str) -> Response:
    """The newsletter is left by the button, or by a mail program for its reader; whatever the body says."""
    (contact, until), pages = _read(LinkPurpose.UNSUBSCRIBE, token), _pages()
    link = chosen.link_on(contact, AS_LEFT, until, now())
    if request_of(app).is_post:
        chosen.leave(contact, now())
        log.note(did="unsubscribe")
        return html(pages.left(link))
    return html(pages.to_leave(link))


@app.route("/preferences/<token>", "GET", "POST")
def preferences(token: str) -> Response:
    """What the link may choose; each button posts what it is for, and the page says what is so now."""
    contact, may = allowed_by(_read(LinkPurpose.PREFERENCES, token)[0])
    request, did = request_of(app), ""
    if request.is_post:
        did = chosen.choose(contact, control(request.body().pairs, "do"), now(), may, request.language())
        log.note(did=did)
    return html(_pages().choices(chosen.state(contact), may, did))


def _read(purpose: LinkPurpose, token: str) -> tuple[str, datetime | None]:
    name, until = read_with_end(keys.made(now()), purpose, token, now())
    log.note(contact=name.partition("|")[0])
    return name, until


def _pages() -> Pages:
    return Pages(request_of(app).language(), settings.brand)


@log.one_line
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The function's entry."""
    return app.resolve(event)
