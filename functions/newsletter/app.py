"""POST /newsletter: a signup becomes one stored fact, then 303 or JSON; the answer is the same for a known address.

If the fact cannot be stored the answer is 503 with Retry-After, and sending again is safe.
"""

from typing import Any

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from leadbell.active_forms import ActiveForms
from leadbell.answers import map_errors, received
from leadbell.clock import new_id, now
from leadbell.contacts import Contacts
from leadbell.observability import logger
from leadbell.reception import newsletter_door, open_reception
from leadbell.request import request_of
from leadbell.settings import DoorSettings
from leadbell.table import Table, door_config

settings = DoorSettings.from_env()
table = Table(boto3.client("dynamodb", config=door_config()), settings.table_name)
active_forms = ActiveForms(table)
reception = open_reception(Contacts(table), settings)
app = APIGatewayHttpResolver()
map_errors(app, settings.company_name, settings.site_origins)


@app.post("/newsletter")
def subscribe() -> Response[str]:
    """Stores the signup and answers."""
    request, at = request_of(app), now()
    newsletter = active_forms.active(at).newsletter
    taken = reception.take(request, newsletter_door(newsletter), at, new_id())
    logger.info("signup stored", **taken.about)
    return received(request, taken, newsletter.redirect or "thanks?for=newsletter", settings.site_origins)


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The function's entry."""
    return app.resolve(event, context)
