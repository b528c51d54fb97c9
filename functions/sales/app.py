"""GET /alerts/{token} shows the mail behind the one link in an alert. It changes nothing.

The signed token is the only key: anyone who has the mail can read its page for 90 days.
"""

from functools import cache, partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from leadbell.capture.attachments import Links, bucket_config, links_to
from leadbell.clients import door_config, make_client
from leadbell.clock import now
from leadbell.contacts.texts import Texts
from leadbell.errors import NotFound
from leadbell.identity import contact_of
from leadbell.observability import log
from leadbell.outbox.links import LinkPurpose, read
from leadbell.outbox.sales_outbox import Letter, Outbox, key_of
from leadbell.outbox.their_words import GONE, HEADING
from leadbell.secret import read_only_keyring
from leadbell.settings import SalesSettings
from leadbell.table import Table
from leadbell.web.pages import Page
from leadbell.web.responses import html, map_errors
from leadbell.web.routes import Response, Router

settings = SalesSettings.from_env()
table = Table(make_client("dynamodb", door_config()), settings.table_name)
keys = read_only_keyring(table)
outbox, texts = Outbox(table), Texts(table)
s3 = cache(partial(make_client, "s3", bucket_config()))
app = Router()
map_errors(app, log.note, settings.brand)


@app.get("/alerts/<token>")
def show(token: str) -> Response:
    """Shows the mail that the link came in."""
    pk, sk, number = key_of(read(keys, LinkPurpose.ALERT, token, now()))
    log.note(contact=contact_of(pk), mail=number)
    letter = outbox.get(pk, sk)
    if letter is None or letter.number != number:
        raise NotFound("the data behind this link has been deleted", "ERASED")
    return html(_page(letter))


def _page(letter: Letter) -> Page:
    """The mail with all that was typed, whole: what was too long for the mail too."""
    above, event_id, below = letter.mail.around_words()
    typed = texts.read(letter.pk, event_id) if event_id else ()
    words = tuple(("" if each.attribute == "message" else each.name, each.value) for each in typed)
    return Page(
        letter.mail.subject,
        verbatim=above,
        words_title=HEADING.rstrip(":") if words else GONE if event_id else "",
        words=words,
        below=below,
        brand=settings.brand,
        files=_files(letter),
    )


def _files(letter: Letter) -> Links:
    """The links to the files that came with what the mail is about; a fact that is gone has none."""
    fact = table.get(letter.pk, letter.fact_key) if letter.fact_key else None
    if fact is None:
        return ()
    return links_to(s3(), settings.attachment_bucket, contact_of(letter.pk), fact["id"], fact["fields"])


@log.one_line
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The function's entry."""
    return app.resolve(event)
