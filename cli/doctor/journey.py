"""A form through the public address to a mail, as a visitor sends it; afterwards the test contact is erased."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from cli.context import Context
from cli.doctor.check import Check, Look, failed, judged, passed
from cli.service import Service
from leadbell.contacts.items import partition
from leadbell.forms.config import Form
from leadbell.outbox.mail import MailState
from leadbell.privacy.audit import Deed
from leadbell.privacy.erasure import erase

# SES's own: a mail to it is neither delivered nor counted as bounced, if a form should send one.
VISITOR = "success+leadbell-doctor@simulator.amazonses.com"
MARK = "This is a test by leadbell doctor. There is nothing to do."
PATIENCE_SECONDS = 90.0
_TIMEOUT = 20.0

ADDRESS, JOURNEY = "public address", "form to mail"


@dataclass(frozen=True)
class Reply:
    """An HTTP answer; status 0 where there was none."""

    status: int
    text: str


def public_address(service: Service) -> Iterator[Check]:
    """Whether the address that stands in mails and forms answers."""
    url = service.public_url
    reply = asked(f"{url}/thanks")
    what = f"{url}/thanks answers {reply.status or reply.text}"
    fix = (
        f"Check the domain's DNS and API mapping, or go back to AWS's address: {service.stack.deploy} "
        "PARAMETERS='PublicUrl=\"\"'"
    )
    yield judged(ADDRESS, reply.status == 200, url, what, fix)


def form_to_mail(context: Context, test_id: str) -> Look:
    """Sends one form and waits for its mail."""

    def look(service: Service) -> Iterator[Check]:
        form = _form(service)
        if form is None:
            yield Check(JOURNEY, "skip", "each form asks for a challenge or a field that only your page knows")
            return
        try:
            yield _sent(service, form, test_id)
        finally:
            _tidy(context)

    return look


def _sent(service: Service, form: Form, test_id: str) -> Check:
    url = f"{service.public_url}/forms/{form.id}"
    said = {"email": VISITOR, "name": "Leadbell doctor", "message": f"{MARK} ({test_id})"}
    reply = asked(url, said, form.origins)
    log = f"aws logs tail /aws/lambda/{service.stack.name}-forms --since 15m"
    if reply.status != 200:
        return failed(JOURNEY, f"{url} answers {reply.status or reply.text}", f"Read the log of the function: {log}")
    contact = service.contact_id(VISITOR)  # a new stack makes its keys with its first form
    state = waited(lambda: _state(service, contact))
    if state == MailState.SENT:
        return passed(JOURNEY, f"form {form.id} to the default inbox or the owner's: sent")
    if not state:
        fix = f"Read the log of score: aws logs tail /aws/lambda/{service.stack.name}-score --since 15m"
        return failed(JOURNEY, f"form {form.id} was stored, but no mail was decided within 90 seconds", fix)
    fix = f"leadbell status{service.stack.option} shows what blocks mails"
    return failed(JOURNEY, f"form {form.id} was stored, and its mail is {state}", fix)


def _form(service: Service) -> Form | None:
    """An open form that anybody can fill in, and whose messages sales gets."""
    needed = ("email", "message", "name")
    for form in sorted(service.active_forms.forms.values(), key=lambda each: each.id != "contact"):
        is_plain = all(not field.required or field.name in needed for field in form.fields)
        if form.state == "open" and form.copy != "never" and is_plain and not form.spam.turnstile and not form.got_it:
            return form
    return None


def _state(service: Service, contact: str) -> str:
    """The state of the contact's mail; empty while there is none, and `sent` as soon as one is."""
    states = [str(item["state"]) for item in service.outbox.of_contact(partition(contact))]
    return MailState.SENT if MailState.SENT in states else next(iter(states), "")


def waited(state: Callable[[], str]) -> str:
    """The state once it is `sent`, or what it is when patience ends."""
    end = monotonic() + PATIENCE_SECONDS
    while (found := state()) != MailState.SENT and monotonic() < end:
        sleep(1.0)
    return found


def _tidy(context: Context) -> None:
    contact = context.service.contact_id(VISITOR)
    with context.operator().noted(Deed.ERASED, contact, "leadbell doctor"):
        erase(context.service.contacts, contact, context.now(), context.service.files)


def asked(url: str, body: dict[str, Any] | None = None, origins: tuple[str, ...] = ()) -> Reply:
    """Opens an address of the API, or posts JSON to it as a page of the site would."""
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    headers |= {"Origin": origins[0]} if origins else {}
    request = Request(url, None if body is None else json.dumps(body).encode(), headers)
    try:
        with urlopen(request, timeout=_TIMEOUT) as answer:
            return Reply(answer.status, answer.read(10_000).decode(errors="replace"))
    except HTTPError as error:
        return Reply(error.code, error.reason)
    except (URLError, TimeoutError) as error:
        return Reply(0, f"nothing ({getattr(error, 'reason', error)})")
