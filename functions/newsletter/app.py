"""POST /newsletter stores a signup as one fact, then answers 303 or JSON. The answer is the same for a known address.

With a sender for mails, the signup waits until it is confirmed (`consent`); without one it counts at once.

If the fact cannot be stored the answer is 503 with Retry-After, and sending again is safe.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from leadbell.capture.doors import newsletter_door, opt_in
from leadbell.capture.reception import open_reception
from leadbell.clients import door_config, make_client
from leadbell.clock import new_id, new_secret, now
from leadbell.contacts.facts import ContactFacts
from leadbell.forms.published import ActiveForms
from leadbell.observability import log
from leadbell.settings import MailingDoorSettings
from leadbell.table import Table
from leadbell.web.dialects import CONFIRMATION_SENT
from leadbell.web.request import request_of
from leadbell.web.responses import Thanks, map_errors, received
from leadbell.web.routes import Response, Router

settings = MailingDoorSettings.from_env()
table = Table(make_client("dynamodb", door_config()), settings.table_name)
active_forms = ActiveForms(table, new_secret)
reception = open_reception(ContactFacts(table), active_forms.keys, settings)
app = Router()
map_errors(app, log.note, settings.company_name, settings.site_origins)


@app.post("/newsletter")
def subscribe() -> Response:
    """Stores the signup and answers."""
    request, at = request_of(app), now()
    newsletter, is_double = active_forms.active(at).newsletter, bool(settings.sender_email)
    door = opt_in(newsletter_door(newsletter), settings.sender_email)
    taken = reception.take(request, door, at, new_id())
    log.note(**taken.about)
    word = "confirmation" if is_double else "newsletter"
    target = newsletter.redirect or f"thanks?for={word}"
    mailed = CONFIRMATION_SENT if is_double else ""
    sites = (*settings.site_origins, *newsletter.origins)
    said = Thanks(target, word, sites, public_url=settings.public_url, mailed=mailed)
    return received(request, taken.captured, said)


@log.one_line
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The function's entry."""
    return app.resolve(event)
