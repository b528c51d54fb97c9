"""POST /forms/{form_id} stores a submission as one fact, then answers 303 or JSON; so do the addresses of Formspree,
Basin, Web3Forms, Netlify and HubSpot forms. GET /thanks is the thank-you page; GET /stamp signs when a form was shown.
If the fact cannot be stored the answer is 503 with Retry-After, and sending again is safe.
"""

from functools import cache, partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from leadbell.capture.attachments import Attachments, bucket_config
from leadbell.capture.doors import answering_door
from leadbell.capture.field_reading import named_form
from leadbell.capture.reception import open_reception
from leadbell.clients import door_config, make_client
from leadbell.clock import new_id, new_secret, now
from leadbell.contacts.facts import ContactFacts
from leadbell.forms.published import ActiveForms
from leadbell.observability import log
from leadbell.settings import FormsSettings
from leadbell.table import Table
from leadbell.web.request import request_of
from leadbell.web.responses import Thanks, data, html, map_errors, received
from leadbell.web.routes import Response, Router
from leadbell.web.stamps import stamp_for

settings = FormsSettings.from_env()
table = Table(make_client("dynamodb", door_config()), settings.table_name)
active_forms = ActiveForms(table, new_secret)
s3 = cache(partial(make_client, "s3", bucket_config()))
attachments = Attachments(s3, settings.attachment_bucket, lambda why: log.error(file_not_stored=why))
reception = open_reception(ContactFacts(table), active_forms.keys, settings, attachments.enclose)
app = Router()
map_errors(app, log.note, settings.company_name, settings.site_origins)


@app.post("/forms/<form_id>")
@app.post("/f/<form_id>")
@app.post("/submissions/v3/integration/submit/<portal_id>/<form_id>")
def submit(form_id: str, portal_id: str = "") -> Response:
    """Stores the submission and answers."""
    request, at = request_of(app), now()
    form = active_forms.active(at).form(form_id)
    app.kept["form"] = form
    log.note(form=form.id)
    taken = reception.take(request, answering_door(form, settings.sender_email), at, new_id())
    log.note(**taken.about)
    ours, sites = request.ours(f"thanks?for={form.id}"), (*settings.site_origins, *form.origins)
    return received(request, taken.captured, Thanks(ours, form.id, sites, form.redirect, settings.public_url))


@app.post("/")
@app.post("/submit")
def submit_named() -> Response:
    """The same for a form that says itself which one it is."""
    return submit(named_form(request_of(app).body().pairs))


@app.get("/thanks")
def thank() -> Response:
    """Says thank you; moves nothing."""
    from leadbell.web.pages import thanks  # a door starts quicker without pages

    request = request_of(app)
    word, wanted, files = (request.query.get(name, "") for name in ("for", "language", "files"))
    form, language = active_forms.active(now()).forms.get(word), request.language((("_language", wanted),))
    return html(thanks(word, settings.company_name, language, form.accent if form else "", files))


@app.get("/stamp")
def stamp() -> Response:
    """Says when a form was shown, signed for that form; moves nothing."""
    request, at = request_of(app), now()
    return data(request, {"t": stamp_for(active_forms.keys.made(at), request.query.get("for", ""), at)})


@log.one_line
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The function's entry."""
    return app.resolve(event)
