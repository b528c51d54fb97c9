"""What holds for any input: nothing but Rejected is raised, reading again changes nothing, and what is accepted can
be stored and mailed."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from leadbell.capture.fact_fields import fact_fields, with_names
from leadbell.capture.field_reading import Submission, read_submission
from leadbell.contacts.items import event_item
from leadbell.errors import Rejected
from leadbell.events import event_key
from leadbell.forms.config import FormField
from leadbell.identity import contact_id, read_email, read_phone
from leadbell.keyed import Keyring
from leadbell.outbox.their_words import as_mailed
from leadbell.sales.alert_text import Occasion, compose
from leadbell.sales.routing import Route
from leadbell.table import decode, encode
from leadbell.web.bodies import MAX_BODY_BYTES, MAX_FIELD_NAME, MAX_FIELDS, Body, read_body
from leadbell.web.redirects import allowed_target
from tests.bench.units import size_of
from tests.fuzz.hostile import FORM
from tests.unit.facts import after, form, worth

KEYS = Keyring.of(b"a secret for fuzzing")
LINK = "https://leads.example.com/alerts/eyJ0b2tlbg"
ORIGINS = ("https://www.example.com", "https://example.org:8443")
MAX_ITEM = 4096

# What an owner may ask of fields that the inputs have.
OWN_FIELDS = (
    FormField("phone", "phone"),
    FormField("x", "number", to="employees"),
    FormField("a[b]", "checkbox", required=True),
    FormField("company_size", "choice", choices=("51-200", "yes")),
    FormField("website", "email"),
)


def check_body(content_type: str, raw: bytes, encoding: str = "") -> bool:
    """Whether the body is taken; raises AssertionError, or what it found, where a property does not hold."""
    try:
        body = read_body(content_type, raw, encoding)
    except Rejected as error:
        str(error).encode()
        return False
    assert 0 < len(body.pairs) <= MAX_FIELDS
    assert all(len(name) <= MAX_FIELD_NAME and 0 < len(value) <= MAX_BODY_BYTES for name, value in body.pairs)
    again = urlencode(body.pairs).encode()
    if len(again) <= MAX_BODY_BYTES:
        assert read_body(FORM, again).pairs == body.pairs
    return check_submission(body)


def check_submission(body: Body) -> bool:
    """Whether a body says who sent it; also where an owner asks more of its fields."""
    submissions = [found for each in ((), OWN_FIELDS) if (found := _submission(body, each))]
    for submission in submissions:
        check_stored(submission)
        check_mailed(submission)
    return bool(submissions)


def _submission(body: Body, fields: Sequence[FormField]) -> Submission | None:
    try:
        return read_submission(body, KEYS, "SE", form_fields=fields)
    except Rejected as error:
        str(error).encode()
        return None


def check_stored(submission: Submission) -> None:
    """It fits into an item, comes out of it as it went in, and is of the same contact when it is read again."""
    (fact,) = after(form("demo")).facts
    item = event_item(submission.contact_id, fact, event_key(fact.received_at.date(), fact.id))
    fields = with_names(fact_fields(submission.fields), submission.typed)
    item = encode({**item, "fields": fields})
    assert size_of(item) <= MAX_ITEM
    told = {name: value for name, value in fields.items() if value != ""}
    assert decode(item).get("fields", {}) == told or not told
    known = str(submission.fields.get("email", "")), str(submission.fields.get("phone_e164", ""))
    email, phone = (read_email(known[0]) if known[0] else None), known[1] or None
    assert submission.contact_id == contact_id(KEYS, email=email, phone=phone)


def check_mailed(submission: Submission) -> None:
    """The mail about it has one link, ours, and a subject that no visitor wrote."""
    said: dict[str, Any] = with_names(fact_fields(submission.fields), submission.typed)
    journey = after(form("demo", **said))
    derived = worth(*journey.facts)
    now = journey.facts[-1].received_at
    notice = journey.notices[-1]
    mail = compose(Occasion(notice, journey.standing, derived, journey.facts, Route(None), 1042, LINK, now))
    mail = mail.with_words(lambda _: as_mailed(submission.typed))
    mail.body.encode()
    assert mail.subject.isascii()
    assert mail.subject.isprintable()
    assert LINK in mail.body
    assert mail.body.count("://") == 1


def check_identity(text: str) -> None:
    """Normal forms are normal: reading one gives itself."""
    try:
        email = read_email(text)
    except Rejected:
        pass
    else:
        assert read_email(email.normal).normal == email.normal
        assert email.domain.isascii()
    for country in ("", "SE"):
        if phone := read_phone(text, country):
            assert read_phone(phone) == phone
            assert phone[0] == "+" and phone[1:].isdecimal() and phone.isascii()


def check_redirect(text: str) -> None:
    """A target is on a listed origin and fits into a header."""
    target = allowed_target(text, ORIGINS)
    if target:
        assert target.startswith(tuple(f"{origin}{after}" for origin in ORIGINS for after in "/?#") + ORIGINS)
        assert target.isascii() and target.isprintable() and " " not in target
        rest = next(target.removeprefix(origin) for origin in ORIGINS if target.startswith(origin))
        assert rest[:1] in ("", "/", "?", "#")


def check_text(text: str) -> None:
    """What takes text alone."""
    check_identity(text)
    check_redirect(text)
