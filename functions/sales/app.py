"""GET /alerts/{token}: the page behind the one link in an alert: what sales was told. It moves nothing.

The signed token is the only key: whoever holds the mail can read its page, for ninety days.
"""

from typing import Any

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from leadbell.answers import html, map_errors
from leadbell.clock import now
from leadbell.errors import NotFound
from leadbell.links import read
from leadbell.observability import logger
from leadbell.outbox import Outbox, key_of
from leadbell.pages import Page
from leadbell.settings import SalesSettings
from leadbell.table import Table, door_config

settings = SalesSettings.from_env()
outbox = Outbox(Table(boto3.client("dynamodb", config=door_config()), settings.table_name))
app = APIGatewayHttpResolver()
map_errors(app, settings.company_name)


@app.get("/alerts/<token>")
def show(token: str) -> Response[str]:
    """Shows the mail that the link came in."""
    pk, sk, number = key_of(read(settings.contact_salt, "alert", token, now()))
    letter = outbox.get(pk, sk)
    if letter is None or letter.number != number:
        raise NotFound("what this link led to has been erased", "ERASED")
    return html(Page(letter.subject, verbatim=letter.body, company=settings.company_name))


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The function's entry."""
    return app.resolve(event, context)
