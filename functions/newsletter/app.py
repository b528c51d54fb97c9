"""POST /newsletter: a signup becomes one stored fact, then 303 or JSON; the answer is the same for a known address.

If the fact cannot be stored the answer is 503 with Retry-After, and sending again is safe.
"""

from typing import Any

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from leadbell.answers import map_errors, received, request_of
from leadbell.capture import Arrival, capture
from leadbell.clock import new_id, now
from leadbell.contacts import Contacts
from leadbell.observability import logger
from leadbell.settings import DoorSettings
from leadbell.submissions import read_submission
from leadbell.table import Table, door_config

settings = DoorSettings.from_env()
contacts = Contacts(Table(boto3.client("dynamodb", config=door_config()), settings.table_name))
app = APIGatewayHttpResolver()
map_errors(app, settings.company_name)


@app.post("/newsletter")
def subscribe() -> Response[str]:
    """Stores the signup and answers."""
    request = request_of(app)
    body = request.body()
    submission = read_submission(body, settings.contact_salt, settings.default_country, need_email=True)
    arrival = Arrival(
        "newsletter",
        submission.contact_id,
        "newsletter.subscribed",
        submission.fields,
        body.pairs,
        request.sender_key(body),
    )
    captured = capture(contacts, arrival, now(), new_id())
    about: dict[str, Any] = {"contact": submission.contact_id, "event": captured.event_id, "repeat": captured.is_repeat}
    logger.info("signup stored", **about, held=captured.is_held)
    return received(request, captured.event_id, "thanks?for=newsletter", body, settings.site_origins)


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The function's entry."""
    return app.resolve(event, context)
