"""POST /forms/{form_id}: a submission becomes one stored fact, then 303 or JSON. GET /thanks: where a 303 leads.

If the fact cannot be stored the answer is 503 with Retry-After, and sending again is safe.
"""

from typing import Any

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from leadbell.answers import html, map_errors, received, request_of
from leadbell.capture import Arrival, capture
from leadbell.clock import new_id, now
from leadbell.contacts import Contacts
from leadbell.forms import find_form
from leadbell.observability import logger
from leadbell.pages import thanks
from leadbell.settings import DoorSettings
from leadbell.submissions import read_submission
from leadbell.table import Table, door_config

settings = DoorSettings.from_env()
contacts = Contacts(Table(boto3.client("dynamodb", config=door_config()), settings.table_name))
app = APIGatewayHttpResolver()
map_errors(app, settings.company_name)


@app.post("/forms/<form_id>")
def submit(form_id: str) -> Response[str]:
    """Stores the submission and answers."""
    form = find_form(form_id)
    request = request_of(app)
    body = request.body()
    submission = read_submission(body, settings.contact_salt, settings.default_country)
    fields = {**submission.fields, "form": form.id, "means": form.means, "asks": form.asks}
    arrival = Arrival(
        f"forms/{form.id}", submission.contact_id, "form.submitted", fields, body.pairs, request.sender_key(body)
    )
    captured = capture(contacts, arrival, now(), new_id())
    about: dict[str, Any] = {"contact": submission.contact_id, "event": captured.event_id, "repeat": captured.is_repeat}
    logger.info("form stored", form=form.id, **about, held=captured.is_held)
    return received(request, captured.event_id, f"../thanks?for={form.id}", body, settings.site_origins)


@app.get("/thanks")
def thank() -> Response[str]:
    """Says thank you; moves nothing."""
    return html(thanks(app.current_event.query_string_parameters.get("for", ""), settings.company_name))


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The function's entry."""
    return app.resolve(event, context)
