"""What a visitor does on the website, and what sales then reads: doors, scoring and mails of the deployed service."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cli.local.running import Running
from cli.service import Service
from leadbell.clock import new_id, now
from leadbell.contacts import Contacts
from leadbell.dispositions import Disposition
from leadbell.events import Fact, Trust
from leadbell.table import Table
from tests.e2e.conftest import Mails
from tests.e2e.visitor import submit

MailsAbout = Callable[..., Mails]

EVA = {
    "name": "Eva Berg",
    "company": "Acme",
    "job_title": "VP Operations",
    "company_size": "250",
    "country": "SE",
    "industry": "manufacturing",
}


def address(domain: str = "acme.example.com") -> str:
    """An address nobody has used before."""
    return f"p{uuid.uuid4().hex[:10]}@{domain}"


def leadbell(running: Running, *arguments: str, status: int = 0) -> str:
    """What the operator's command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        env={"PATH": "/usr/bin:/bin", "LEADBELL_DATA_DIR": str(running.data_dir)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == status, done.stderr + done.stdout
    return done.stdout + done.stderr


def explained(running: Running, who: str) -> dict[str, Any]:
    explanation: dict[str, Any] = json.loads(leadbell(running, "explain", who, "--json"))
    return explanation


def remember(running: Running, who: str, kind: str, days_ago: int, **fields: str) -> None:
    """A fact of some days ago, as if it had been stored then."""
    service = Service(running.stack)
    at = now() - timedelta(days=days_ago)
    fact = Fact(new_id(), kind, at, at, Trust.SUBMITTED, {"email": who, **fields})
    Contacts(service.table).file(service.contact_id(who), fact, fact.day)


@pytest.fixture
def table(running: Running) -> Table:
    return Service(running.stack).table


def test_a_fitting_request_alerts_at_once_and_says_why(running: Running, mails_about: MailsAbout) -> None:
    eva = address()
    page = submit(running.addresses.api_url, "/forms/demo", email=eva, message="We need 40 pumps", **EVA)

    (mail,) = mails_about(eva, 1)

    assert "Thank you" in page
    assert mail["subject"].startswith("Sales lead A1: asked for a demo (SE, 201-500) #")
    assert mail["body"].startswith("Eva Berg, VP Operations, Acme\n")
    for reason in ("+30  in our market", "+30  50-1,000 employees", "+20  decides", "+60  made a request, today"):
        assert reason in mail["body"]
    assert "> We need 40 pumps" in mail["body"]


def test_the_link_in_an_alert_shows_it_and_a_forged_one_does_not(running: Running, mails_about: MailsAbout) -> None:
    eva = address()
    submit(running.addresses.api_url, "/forms/demo", email=eva, **EVA)
    (mail,) = mails_about(eva, 1)
    link = mail["body"].rsplit(" ", 1)[1].strip()

    with urllib.request.urlopen(link, timeout=10) as page:
        assert "Eva Berg" in page.read().decode()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(link[:-2] + ("AA" if not link.endswith("AA") else "BB"), timeout=10)
    refused.value.close()
    assert refused.value.code == 404


def test_somebody_who_asks_again_is_told_once_and_alerts_no_second_time(
    running: Running, mails_about: MailsAbout
) -> None:
    """Story 3: a guide, a product page, the pricing page and a return visit; then a price request, and one more."""
    eva, api = address(), running.addresses.api_url
    remember(running, eva, "guide.requested", 14, job_title="VP Operations", country="SE", industry="manufacturing")
    for kind, days_ago in (("product.viewed", 11), ("pricing.viewed", 8), ("visit.returned", 8)):
        remember(running, eva, kind, days_ago)
    submit(api, "/forms/pricing", email=eva, message="What does it cost?", **EVA)
    (alert,) = mails_about(eva, 1)
    submit(api, "/forms/pricing", email=eva, message="Hello?", **EVA)

    mails = mails_about(eva, 2)

    assert alert["subject"].startswith("Sales lead A1: asked for a price")
    assert [mail["subject"].split(":")[0] for mail in mails] == ["Sales lead A1", "Asked again A1"]
    assert "looked at the pricing page, 8 days ago" in alert["body"]
    assert explained(running, eva)["stage"] == "sql"


def test_a_student_who_asks_for_a_price_is_heard_as_a_copy_and_a_buyer_of_the_university_as_an_alert(
    running: Running, mails_about: MailsAbout
) -> None:
    """Story 4."""
    student, buyer, api = address("student.lu.se"), address("lu.se"), running.addresses.api_url
    education = {"country": "SE", "industry": "education"}
    submit(api, "/forms/pricing", email=student, job_title="Student", message="For my thesis", **education)
    submit(api, "/forms/pricing", email=buyer, job_title="Head of Procurement", company_size="20,000", **education)

    (copy,) = mails_about(student, 1)
    (alert,) = mails_about(buyer, 1)

    assert copy["subject"].startswith("Message D1: asked for a price")
    assert "not a sales alert: student" in copy["body"]
    assert explained(running, student)["stage"] == "lead"
    assert alert["subject"].startswith("Sales lead B1: asked for a price (SE, over 1,000)")
    assert explained(running, buyer)["stage"] == "sql"


@pytest.mark.parametrize(("country", "letter"), [("NO", "C"), ("", "?")])
def test_a_founder_of_a_tiny_company_on_free_mail_makes_an_alert(
    running: Running, mails_about: MailsAbout, country: str, letter: str
) -> None:
    """Story 5."""
    founder = address("gmail.com")
    fields = {"job_title": "Founder", "company_size": "3", "country": country}
    submit(running.addresses.api_url, "/forms/demo", email=founder, **fields)

    (alert,) = mails_about(founder, 1)

    assert alert["subject"].startswith(f"Sales lead {letter}1: asked for a demo")
    assert explained(running, founder)["stage"] == "sql"


def test_an_existing_customer_stays_one_and_the_owner_gets_a_copy(running: Running, mails_about: MailsAbout) -> None:
    """Story 7."""
    customer = address()
    leadbell(running, "reps", "add", "anna", "--email", "anna@seller.example.com", "--countries", "IS")
    leadbell(running, "stage", customer, "customer", "--owner", "anna")
    submit(running.addresses.api_url, "/forms/demo", email=customer, message="And the other product?", **EVA)

    (copy,) = mails_about(customer, 1)

    assert copy["to"] == "anna@seller.example.com"
    assert copy["subject"].startswith("Message A1: asked for a demo")
    assert "existing customer" in copy["body"]
    assert explained(running, customer)["stage"] == "customer"
    leadbell(running, "reps", "remove", "anna")


def test_a_country_that_no_rep_covers_goes_to_the_default_inbox_and_says_so(
    running: Running, mails_about: MailsAbout
) -> None:
    """Story 12."""
    somebody = address()
    leadbell(running, "reps", "add", "bjarne", "--email", "bjarne@seller.example.com", "--countries", "NO")
    fields = {"job_title": "VP Sales", "company_size": "300", "country": "Portugal"}
    try:
        submit(running.addresses.api_url, "/forms/demo", email=somebody, **fields)
        (alert,) = mails_about(somebody, 1)
    finally:
        leadbell(running, "reps", "remove", "bjarne")

    assert alert["to"] == "sales@example.com"
    assert alert["subject"].startswith("Sales lead B1: asked for a demo (PT, 201-500)")
    assert "no rep covers PT" in alert["body"]


def test_a_name_and_a_number_are_enough_to_be_called_back(running: Running, mails_about: MailsAbout) -> None:
    """Story 14."""
    number = f"+46701{uuid.uuid4().int % 1_000_000:06d}"
    submit(running.addresses.api_url, "/forms/callback", name="Ola Nordmann", phone=number)

    (alert,) = mails_about(number, 1)

    assert alert["subject"].startswith("Sales lead ?1: asked to be called")
    assert explained(running, number)["stage"] == "sql"


def test_a_question_is_one_copy_and_signups_and_guides_make_no_mail(running: Running, mails_about: MailsAbout) -> None:
    reader, asker, api = address(), address(), running.addresses.api_url
    submit(api, "/newsletter", email=reader)
    guide = submit_for_json(api, "/downloads/guide", {"email": reader})
    submit(api, "/forms/contact", email=asker, message="Do you ship to Iceland?")

    (copy,) = mails_about(asker, 1)

    assert copy["subject"].startswith("Message ?2: asked a question")
    with urllib.request.urlopen(guide["next"], timeout=10) as pdf:
        assert pdf.read(5) == b"%PDF-"
    assert mails_about(reader, 0) == []
    explanation = explained(running, reader)
    assert explanation["stage"] == "lead"
    assert explanation["alert"].startswith("No alert because: no request; would alert if")


def submit_for_json(api_url: str, path: str, fields: dict[str, Any], **headers: str) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{api_url}{path}", json.dumps(fields).encode(), {"Content-Type": "application/json", **headers}
    )
    with urllib.request.urlopen(request, timeout=15) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def test_the_same_post_twice_is_one_fact(running: Running, table: Table, mails_about: MailsAbout) -> None:
    plain, keyed, api = address(), address(), running.addresses.api_url
    for _ in range(2):
        submit(api, "/forms/demo", email=plain, **EVA)
    answers = [submit_for_json(api, "/forms/demo", {"email": keyed, **EVA}, **{"Idempotency-Key": keyed}) for _ in "ab"]

    assert answers[0]["id"] == answers[1]["id"]
    service = Service(running.stack)
    for who in (plain, keyed):
        assert len(service.contacts.facts(service.contact_id(who))) == 1
        assert len(mails_about(who, 1)) == 1


def refused(api_url: str, path: str, body: bytes, content_type: str, accept: str) -> tuple[int, str, str]:
    headers = {"Content-Type": content_type, "Accept": accept}
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{api_url}{path}", body, headers), timeout=20) as answer:
            return answer.status, answer.read().decode(), ""
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers.get("Retry-After", "")


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("path", "body", "content_type", "status", "named"),
    [
        ("/forms/contact", b"name=Eva", FORM, 422, "email"),
        ("/forms/contact", b"email=eva%40", FORM, 422, "email"),
        ("/forms/contact", b"phone=0701234567", FORM, 422, "phone"),
        ("/forms/nosuch", b"email=eva%40acme.example.com", FORM, 404, "contact, demo, pricing, callback"),
        ("/forms/contact", b"email", "image/png", 415, "application/x-www-form-urlencoded"),
        ("/forms/contact", b"message=" + b"x" * 1_000_000, FORM, 413, "262,144"),
        ("/forms/contact", b'{"email": ', "application/json", 400, "JSON"),
        ("/forms/contact", b"", FORM, 400, "empty"),
        ("/newsletter", b"phone=%2B46701234567", FORM, 422, "email"),
        ("/downloads/nosuch", b"email=eva%40acme.example.com", FORM, 404, "guide"),
    ],
)
def test_bad_input_is_told_what_to_change(
    running: Running, path: str, body: bytes, content_type: str, status: int, named: str
) -> None:
    for accept in ("text/html", "application/json"):
        code, text, _ = refused(running.addresses.api_url, path, body, content_type, accept)
        assert code == status
        assert named.lower() in text.lower()
        is_json = accept == "application/json" or content_type == "application/json"
        assert text.startswith("{" if is_json else "<!doctype html>")


def test_while_the_table_refuses_writes_a_post_is_503_and_nothing_is_half_stored(
    running: Running, table: Table, mails_about: MailsAbout
) -> None:
    eva, api = address(), running.addresses.api_url
    iam = running.stack.client("iam")
    role = running.stack.resource("FormsFunctionRole")
    deny = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "dynamodb:PutItem", "Resource": "*"}]}
    iam.put_role_policy(RoleName=role, PolicyName="refuse", PolicyDocument=json.dumps(deny))
    try:
        code, text, retry_after = refused(api, "/forms/demo", f"email={eva}".encode(), FORM, "text/html")
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="refuse")
    service = Service(running.stack)

    assert (code, retry_after) == (503, "5")
    assert "send it again" in text
    assert list(table.query(f"CONTACT#{service.contact_id(eva)}", "")) == []
    submit(api, "/forms/demo", email=eva, **EVA)
    assert len(mails_about(eva, 1)) == 1


def test_the_operator_sees_that_nothing_blocks_alerts_and_can_send_one(
    running: Running, mails_about: MailsAbout
) -> None:
    assert "default inbox: 1 confirmed address" in leadbell(running, "status")
    assert "sales@example.com" in leadbell(running, "test-alert")
    assert mails_about("leadbell test-alert", 1)


def test_a_lead_given_back_that_asks_again_is_an_alert_that_names_the_rejection(
    running: Running, mails_about: MailsAbout
) -> None:
    """Story 9: sales gives a lead back for half a year, and it asks for a price before."""
    eva, api = address(), running.addresses.api_url
    back_on = (now() + timedelta(days=180)).date().isoformat()
    submit(api, "/forms/demo", email=eva, **EVA)
    mails_about(eva, 1)

    shown = leadbell(running, "sales", eva, "rejected", "--reason", "timing", "--back-on", back_on)
    assert f"{eva} is now recycled. One reminder goes out on {back_on}" in " ".join(shown.split())
    assert "That was said before" in leadbell(
        running, "sales", eva, "rejected", "--reason", "timing", "--back-on", back_on
    )
    assert "contradicts what stands" in leadbell(running, "sales", eva, "accepted", status=1)
    submit(api, "/forms/pricing", email=eva, **EVA)

    (_, alert) = mails_about(eva, 2)
    assert alert["subject"].startswith("Sales lead A1: asked for a price")
    assert f"sales gave it back: not the right time, back on {back_on}." in alert["body"]


def test_on_the_day_promised_the_sweep_reminds_and_does_not_alert(running: Running, mails_about: MailsAbout) -> None:
    """Story 9's twin, with the request three days ago and the promise made a day later."""
    eva, service = address(), Service(running.stack)
    who = {"job_title": "VP Operations", "country": "SE", "industry": "manufacturing"}
    remember(running, eva, "form.submitted", 3, form="demo", means="request", asks="demo", **who)
    mails_about(eva, 1)
    said = Disposition("sales.rejected", 1, "timing", now().date())
    fact = said.fact(now() - timedelta(days=2))
    Contacts(service.table).file(service.contact_id(eva), fact, fact.day)

    (_, reminder) = mails_about(eva, 2, within_seconds=130)
    assert reminder["subject"].startswith("Reminder A4: take it up again")
    assert explained(running, eva)["stage"] == "recycled"


def test_an_unknown_contact_and_a_stage_that_cannot_be_are_refused_in_words(running: Running) -> None:
    assert "Nothing is known of" in leadbell(running, "explain", "nobody@acme.example.com", status=1)
    eva = address()
    leadbell(running, "stage", eva, "lead")
    assert "operator may not move lead to prospect" in leadbell(running, "stage", eva, "prospect", status=1)
