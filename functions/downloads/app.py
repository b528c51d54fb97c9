"""POST /downloads/{asset_id} stores a request for a file as one fact. The answer leads to a short-lived link, or a mail
brings a link that is valid for days. GET and HEAD /d/{token} redirect that link to a short-lived one and change
nothing. If the fact cannot be stored the answer is 503 with Retry-After, and sending again is safe.
"""

from datetime import datetime
from functools import cache, partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from leadbell.capture.doors import guide_door, is_mailed
from leadbell.capture.downloads import link_to, signing_config
from leadbell.capture.reception import open_reception
from leadbell.capture.scanners import machine_behind, note_machine
from leadbell.clients import door_config, make_client
from leadbell.clock import new_id, new_secret, now
from leadbell.contacts.facts import ContactFacts
from leadbell.errors import Unavailable
from leadbell.forms.published import ActiveForms
from leadbell.observability import log
from leadbell.outbox.links import Followed, follow
from leadbell.settings import DownloadsSettings
from leadbell.table import Table
from leadbell.web.dialects import LINK_SENT
from leadbell.web.request import request_of
from leadbell.web.responses import Thanks, led_on, map_errors, received, stored
from leadbell.web.routes import Response, Router

settings = DownloadsSettings.from_env()
table = Table(make_client("dynamodb", door_config()), settings.table_name)
active_forms = ActiveForms(table, new_secret)
s3 = cache(partial(make_client, "s3", signing_config()))
contacts = ContactFacts(table)
reception = open_reception(contacts, active_forms.keys, settings)
app = Router()
# What is sent again from an error page leads to the file, on a host of S3's.
map_errors(app, log.note, settings.company_name, settings.site_origins, leads_to=("https:",))


@app.post("/downloads/<asset_id>")
def download(asset_id: str) -> Response:
    """Stores who asked and answers with the link, or that it was mailed: to anybody, whether it was or not."""
    request, at = request_of(app), now()
    asset = active_forms.active(at).asset(asset_id)
    log.note(asset=asset.id)
    taken = reception.take(request, guide_door(asset, settings.sender_email), at, new_id())
    log.note(**taken.about)
    if is_mailed(asset, settings.sender_email):
        ours, sites = request.ours("thanks?for=mailed"), (*settings.site_origins, *asset.origins)
        said = Thanks(ours, "mailed", sites, public_url=settings.public_url, mailed=LINK_SENT)
        return received(request, taken.captured, said)
    return stored(request, taken.captured.event_id, link_to(s3(), settings.asset_bucket, asset, settings.link_seconds))


@app.route("/d/<token>", "GET", "HEAD")
def lead_on(token: str) -> Response:
    """Leads on to the file."""
    request, at = request_of(app), now()
    forms, followed = active_forms.active(at), follow(active_forms.keys, token, at)
    asset = forms.asset(followed.asset_id)
    log.note(contact=followed.contact_id, asset=asset.id)
    if machine := machine_behind(request.method, request.headers):
        log.note(machine=machine)
        _note(followed, machine, at)
    return led_on(link_to(s3(), settings.asset_bucket, asset, settings.link_seconds, request.method))


def _note(followed: Followed, machine: str, at: datetime) -> None:
    """Nobody is kept from a guide because a machine cannot be noted."""
    try:
        note_machine(contacts, followed, machine, at)
    except Unavailable as error:
        log.warning(not_noted=str(error))


@log.one_line
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The function's entry."""
    return app.resolve(event)
