"""POST /forms/{form_id}: a submission becomes one stored fact, then 303 or JSON. GET /thanks: where a 303 leads.

If the fact cannot be stored the answer is 503 with Retry-After, and sending again is safe.
"""

from typing import Any

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from leadbell.active_forms import ActiveForms
from leadbell.answers import html, map_errors, received
from leadbell.clock import new_id, now
from leadbell.contacts import Contacts
from leadbell.observability import logger
from leadbell.pages import thanks
from leadbell.reception import Reception, form_door
from leadbell.request import request_of
from leadbell.settings import DoorSettings
from leadbell.table import Table, door_config

settings = DoorSettings.from_env()
table = Table(boto3.client("dynamodb", config=door_config()), settings.table_name)
active_forms = ActiveForms(table)
reception = Reception(Contacts(table), settings.contact_salt, settings.default_country)
app = APIGatewayHttpResolver()
map_errors(app, settings.company_name)


@app.post("/forms/<form_id>")
def submit(form_id: str) -> Response[str]:
    """Stores the submission and answers."""
    request, at = request_of(app), now()
    form = active_forms.active(at).form(form_id)
    app.append_context(form=form)  # type: ignore[no-untyped-call]
    taken = reception.take(request, form_door(form), at, new_id())
    logger.info("form stored", form=form.id, **taken.about)
    return received(request, taken, form.redirect or f"../thanks?for={form.id}", settings.site_origins)


@app.get("/thanks")
def thank() -> Response[str]:
    """Says thank you; moves nothing."""
    return html(thanks(app.current_event.query_string_parameters.get("for", ""), settings.company_name))


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The function's entry."""
    return app.resolve(event, context)
