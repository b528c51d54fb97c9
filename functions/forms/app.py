"""POST /forms/{form_id}: a submission becomes one stored fact, then 303 or JSON. GET /thanks: where a 303 leads.

If the fact cannot be stored the answer is 503 with Retry-After, and sending again is safe.
"""

from typing import Any

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from leadbell.answers import html, map_errors, received
from leadbell.clock import new_id, now
from leadbell.contacts import Contacts
from leadbell.forms import find_form
from leadbell.observability import logger
from leadbell.pages import thanks
from leadbell.reception import Door, Reception
from leadbell.request import request_of
from leadbell.settings import DoorSettings
from leadbell.table import Table, door_config

settings = DoorSettings.from_env()
contacts = Contacts(Table(boto3.client("dynamodb", config=door_config()), settings.table_name))
reception = Reception(contacts, settings.contact_salt, settings.default_country)
app = APIGatewayHttpResolver()
map_errors(app, settings.company_name)


@app.post("/forms/<form_id>")
def submit(form_id: str) -> Response[str]:
    """Stores the submission and answers."""
    form = find_form(form_id)
    request = request_of(app)
    door = Door(f"forms/{form.id}", "form.submitted", {"form": form.id, "means": form.means, "asks": form.asks})
    taken = reception.take(request, door, now(), new_id())
    logger.info("form stored", form=form.id, **taken.about)
    return received(request, taken, f"../thanks?for={form.id}", settings.site_origins)


@app.get("/thanks")
def thank() -> Response[str]:
    """Says thank you; moves nothing."""
    return html(thanks(app.current_event.query_string_parameters.get("for", ""), settings.company_name))


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The function's entry."""
    return app.resolve(event, context)
