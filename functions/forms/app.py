"""POST /forms/{form_id}: a submission becomes one stored fact, then 303 or JSON. GET /thanks: where a 303 leads.

The other routes are the addresses that forms made for Formspree, Basin, Web3Forms, Netlify and HubSpot post to.

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
from leadbell.languages import language_of
from leadbell.observability import logger
from leadbell.pages import thanks
from leadbell.promises import promising
from leadbell.reception import Reception, form_door
from leadbell.request import request_of
from leadbell.settings import MailingDoorSettings
from leadbell.submissions import named_form
from leadbell.table import Table, door_config
from leadbell.visitor_mails import Kind

settings = MailingDoorSettings.from_env()
table = Table(boto3.client("dynamodb", config=door_config()), settings.table_name)
active_forms = ActiveForms(table)
reception = Reception(Contacts(table), settings.contact_salt, settings.default_country)
app = APIGatewayHttpResolver()
map_errors(app, settings.company_name, settings.site_origins)


@app.post("/forms/<form_id>")
@app.post("/f/<form_id>")
@app.post("/submissions/v3/integration/submit/<portal_id>/<form_id>")
def submit(form_id: str, portal_id: str = "") -> Response[str]:
    """Stores the submission and answers."""
    request, at = request_of(app), now()
    form = active_forms.active(at).form(form_id)
    app.append_context(form=form)  # type: ignore[no-untyped-call]
    door = form_door(form)
    if form.got_it and settings.sender_email:
        door = promising(door, Kind.GOT_IT)
    taken = reception.take(request, door, at, new_id())
    logger.info("form stored", form=form.id, **taken.about)
    sites = (*settings.site_origins, *form.origins)
    return received(
        request, taken, request.ours(f"thanks?for={form.id}"), sites, word=form.id, configured=form.redirect
    )


@app.post("/")
@app.post("/submit")
def submit_named() -> Response[str]:
    """The same for a form that says itself which one it is."""
    return submit(named_form(request_of(app).body().pairs))


@app.get("/thanks")
def thank() -> Response[str]:
    """Says thank you; moves nothing."""
    asked = app.current_event.query_string_parameters
    form = active_forms.active(now()).forms.get(asked.get("for", ""))
    language = language_of(asked.get("language", ""), request_of(app).headers.get("accept-language", ""))
    return html(thanks(asked.get("for", ""), settings.company_name, language, form.accent if form else ""))


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The function's entry."""
    return app.resolve(event, context)
