"""What a visitor does on the website, and what sales then reads: doors, scoring and mails of the deployed service."""

import html
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.local.running import Running
from cli.service import Service
from leadbell.clock import now
from leadbell.outbox.links import guide_link
from leadbell.table import Table
from tests.e2e.conftest import Mails
from tests.e2e.visitor import EVA, submit

MailsAbout = Callable[..., Mails]


def address(domain: str = "acme.example.com") -> str:
    """An address nobody has used before."""
    return f"p{uuid.uuid4().hex[:10]}@{domain}"


def leadbell(running: Running, *arguments: str, status: int = 0) -> str:
    """What the operator's command prints, with what it says of an error."""
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        env={"PATH": "/usr/bin:/bin", "LEADBELL_DATA_DIR": str(running.data_dir)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == status, done.stderr + done.stdout
    return done.stdout + (done.stderr if status else "")


def explained(running: Running, who: str) -> dict[str, Any]:
    explanation: dict[str, Any] = json.loads(leadbell(running, "explain", who, "--json"))
    return explanation


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
    reasons = ("+30  in our market", "+30  50-1,000 employees", "+20  decision-maker", "+60  made a request, today")
    for reason in reasons:
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


def test_a_question_is_one_copy_and_signups_and_guides_make_no_mail(running: Running, mails_about: MailsAbout) -> None:
    reader, asker, api = address(), address(), running.addresses.api_url
    submit(api, "/newsletter", email=reader)
    guide = submit_for_json(api, "/downloads/guide", {"email": reader})
    submit(api, "/forms/contact", email=asker, message="Do you have an office in Iceland?")

    (copy,) = mails_about(asker, 1)

    assert copy["subject"].startswith("Message ?2: asked a question")
    with urllib.request.urlopen(guide["next"], timeout=10) as pdf:
        assert pdf.read(5) == b"%PDF-"
    assert mails_about(reader, 0) == []
    explanation = explained(running, reader)
    assert explanation["stage"] == "lead"
    assert explanation["alert"].startswith("No alert: no request. An alert would go out if")


def test_a_file_comes_with_a_question_and_opens_from_the_page_of_its_mail(
    running: Running, mails_about: MailsAbout
) -> None:
    eva, content = address(), b"%PDF-1.7\n" + bytes(400_000)
    parts = [
        f'Content-Disposition: form-data; name="email"\r\n\r\n{eva}'.encode(),
        b'Content-Disposition: form-data; name="brief"; filename="../Our brief.exe"\r\n\r\n' + content,
    ]
    body = b"".join(b"--xyz\r\n" + part + b"\r\n" for part in parts) + b"--xyz--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=xyz"}
    url = f"{running.addresses.api_url}/forms/contact"
    urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60).close()

    (mail,) = mails_about(eva, 1)
    assert "1 file: Our brief.exe (pdf, 391 KB). Open the lead page below to download." in mail["body"]
    with urllib.request.urlopen(mail["body"].rsplit(" ", 1)[1].strip(), timeout=30) as page:
        (link,) = re.findall(r'href="([^"]+)"', page.read().decode())
    with urllib.request.urlopen(html.unescape(link), timeout=30) as file:
        assert file.read() == content
        assert file.headers["Content-Type"] == "application/pdf"
        assert 'filename="Our brief.exe.pdf"' in file.headers["Content-Disposition"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_lasting_link_leads_to_the_guide_for_people_and_for_scanners(running: Running, method: str) -> None:
    reader, service = address(), Service(running.stack)
    submit(running.addresses.api_url, "/downloads/guide", email=reader)
    link = guide_link(service.keys, running.addresses.api_url, service.contact_id(reader), "guide", now())
    with urllib.request.urlopen(urllib.request.Request(link, method=method), timeout=30) as answer:
        assert answer.read(5) == (b"%PDF-" if method == "GET" else b"")
        assert answer.headers["Content-Type"] == "application/pdf"


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
        ("/forms/contact", b"phone=no", FORM, 422, "phone"),
        ("/forms/nosuch", b"email=eva%40acme.example.com", FORM, 404, "no form with this id"),
        ("/forms/contact", b"email", "image/png", 415, "application/x-www-form-urlencoded"),
        ("/forms/contact", b"message=" + b"x" * 1_000_000, FORM, 413, "262,144"),
        ("/forms/contact", b'{"email": ', "application/json", 400, "JSON"),
        ("/forms/contact", b"", FORM, 400, "empty"),
        ("/newsletter", b"phone=%2B46701234567", FORM, 422, "email"),
        ("/downloads/nosuch", b"email=eva%40acme.example.com", FORM, 404, "no download with this id"),
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
    assert "Please try again in a moment." in text
    assert list(table.query(f"CONTACT#{service.contact_id(eva)}", "")) == []
    submit(api, "/forms/demo", email=eva, **EVA)
    assert len(mails_about(eva, 1)) == 1


def test_the_operator_sees_that_nothing_blocks_alerts_and_can_send_one(
    running: Running, mails_about: MailsAbout
) -> None:
    assert "default inbox: 1 confirmed address" in leadbell(running, "status")
    assert "sales@example.com" in leadbell(running, "test-alert")
    assert mails_about("leadbell test-alert", 1)


def test_a_rep_can_be_added_and_removed(running: Running) -> None:
    leadbell(running, "reps", "add", "bjarne", "--email", "bjarne@seller.example.com", "--countries", "NO")
    assert "Removed: bjarne." in leadbell(running, "reps", "remove", "bjarne")
    assert "There is no rep with the id bjarne" in leadbell(running, "reps", "remove", "bjarne", status=1)


def test_an_unknown_contact_and_a_stage_that_cannot_be_are_refused_in_words(running: Running) -> None:
    assert "No contact found for" in leadbell(running, "explain", "nobody@acme.example.com", status=1)
    eva = address()
    leadbell(running, "add", eva)
    leadbell(running, "stage", eva, "lead")
    assert "Operator cannot move a contact from lead to prospect" in leadbell(
        running, "stage", eva, "prospect", status=1
    )


def test_one_number_published_changes_the_explanation_and_diff_said_so(running: Running, tmp_path: Path) -> None:
    reader, api = address(), running.addresses.api_url
    submit(api, "/downloads/guide", email=reader, **EVA)
    before, changed = tmp_path / "before.yaml", tmp_path / "changed.yaml"
    # Its stories would rightly refuse the change.
    before.write_text(leadbell(running, "model", "show").partition("\nstories:\n")[0] + "\n")
    rule = "event: guide.requested, points: 20,"
    assert before.read_text().count(rule) == 1
    changed.write_text(before.read_text().replace(rule, "event: guide.requested, points: 40,"))

    def points() -> list[int]:
        return [each["points"] for each in explained(running, reader)["reasons"] if each["rule"] == "guide"]

    assert points() == [20]
    told = json.loads(leadbell(running, "model", "diff", str(changed), "--json"))
    try:
        leadbell(running, "model", "publish", str(changed), "--yes")
        submit(api, "/newsletter", email=reader)
        assert points() == [40]
    finally:
        leadbell(running, "model", "publish", str(before), "--yes")
    assert told["would_have_alerted"] == 0
    assert any((each["from"], each["to"]) == ("A3", "A2") for each in told["grades"])
