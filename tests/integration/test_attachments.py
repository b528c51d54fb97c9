"""Files that come with a submission: kept in private, shown to the rep, and never a reason to lose the message."""

import html
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, repeat
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import pytest
from botocore.exceptions import ReadTimeoutError

from leadbell.capture.attachments import Attachments, delete, files_of, let_go
from leadbell.capture.file_types import NO_FILES_HERE
from leadbell.capture.quarantine import held
from leadbell.errors import Unavailable
from leadbell.forms.config import PACKAGED, Form, FormField, FormsConfig
from leadbell.web.bodies import Upload
from tests.aws.chance import Plain
from tests.aws.s3 import Bucket
from tests.integration.on_aws import OnAws, said
from tests.integration.service import ENVIRONMENT, EVA, Answer, Clock, SentMail, Service, limit_as_deployed

BUCKET = ENVIRONMENT["ATTACHMENT_BUCKET"]
EMAIL = EVA["email"]
PDF = b"%PDF-1.7\n" + bytes(20_000)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(500)
EXE = b"MZ\x90\x00" + bytes(100)
FILES = (("brief", "Our brief.pdf", PDF), ("sketch", "pump.png", PNG))
File = tuple[str, str, bytes]


def multipart(fields: dict[str, str], files: Sequence[File]) -> bytes:
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    for name, filename, content in files:
        head = (
            f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: text/html\r\n\r\n'
        )
        parts.append(head.encode() + content)
    return b"".join(b"--xyz\r\n" + part + b"\r\n" for part in parts) + b"--xyz--\r\n"


def send(
    service: Service, *files: File, path: str = "/forms/contact", headers: dict[str, str] | None = None, **fields: str
) -> Answer:
    given = {**EVA, "message": "Can you build this?", **fields}
    return service.post_body(path, multipart(given, files), "multipart/form-data; boundary=xyz", **(headers or {}))


def kept(service: Service) -> dict[str, bytes]:
    """What lies in the bucket, by key."""
    found = service.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {each["Key"]: service.s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read() for each in found}


def fact_of(service: Service) -> Any:
    (fact,) = service.facts(EMAIL)
    return fact


def place(service: Service, under: str = "attachments") -> str:
    return f"{under}/{service.id_of(EMAIL)}/{fact_of(service)['id']}"


def page_of(service: Service, mail: SentMail) -> Answer:
    """The page behind the one link of a mail."""
    (url,) = re.findall(r"https?://\S+", mail.body)
    return service.get(urlsplit(url).path)


def hrefs(page: Answer) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'href="([^"]+)"', page.body)]


def is_event(sent: Any) -> bool:
    return str(sent["Item"]["sk"]["S"]).startswith("EVENT#")


# ---- What becomes of them --------------------------------------------------------------------------------------------


def test_files_are_kept_in_private_under_keys_that_hold_no_word_of_a_visitor(service: Service) -> None:
    assert send(service, *FILES).status == 303
    assert kept(service) == {f"{place(service)}/1": PDF, f"{place(service)}/2": PNG}
    fields = fact_of(service)["fields"]
    assert fields["message"] == "Can you build this?"
    assert {name: value for name, value in fields.items() if name.startswith("file")} == {
        "files": 2,
        "file_1": f"pdf {len(PDF)} Our brief.pdf",
        "file_2": f"png {len(PNG)} pump.png",
    }
    for number, kind in ((1, "application/pdf"), (2, "image/png")):
        stored = service.s3.head_object(Bucket=BUCKET, Key=f"{place(service)}/{number}")
        assert (stored["ContentType"], stored["ContentDisposition"]) == (kind, "attachment")


def test_what_is_not_kept_is_a_note_and_the_message_stays(service: Service) -> None:
    files = (("a", "setup.exe", EXE), ("b", "huge.pdf", PDF + bytes(3 * 1024 * 1024)), ("c", "ok.png", PNG))
    assert send(service, *files).status == 303
    fields = fact_of(service)["fields"]
    assert fields["message"] == "Can you build this?"
    assert fields["files_not_kept"] == "setup.exe: type not allowed; huge.pdf: larger than 3 MB"
    assert kept(service) == {f"{place(service)}/3": PNG}


def test_who_sent_a_file_that_is_not_stored_is_told_why_and_its_name_is_in_no_address(service: Service) -> None:
    files = (("a", "my cv.exe", EXE), ("b", "huge.pdf", PDF + bytes(3 * 1024 * 1024)), ("c", "two.exe", EXE))
    answer = send(service, *files)
    assert answer.location.partition("?")[2] == "for=contact&files=type.size"
    page = service.get("/thanks?for=contact&files=type.size&language=de")
    assert "Eine Datei, deren Typ wir nicht annehmen, wurde nicht gespeichert." in page.body
    assert "Eine Datei, die größer als 3 MB ist, wurde nicht gespeichert." in page.body
    assert "Ihre Nachricht selbst ist angekommen" in page.body


def test_a_script_is_told_which_files_are_not_stored(service: Service) -> None:
    files = (("a", "cv.exe", EXE), ("b", "ok.png", PNG))
    told = send(service, *files, headers={"accept": "application/json"}).json
    assert told["files_not_stored"] == [{"name": "cv.exe", "code": "type"}]
    assert "A file of a type that we do not accept was not stored." in told["message"]


def test_the_thank_you_page_says_nothing_of_files_where_none_is_missing(service: Service) -> None:
    assert send(service, ("a", "ok.png", PNG)).location.endswith("thanks?for=contact")
    plain = service.get("/thanks?for=contact").body
    assert service.get("/thanks?for=contact&files=told.x.<b>").body == plain


def test_a_photo_of_a_phone_is_stored_and_saved_as_a_file(service: Service) -> None:
    photo = b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic<script>alert(1)</script>"
    assert "files=" not in send(service, ("a", "IMG_0042.HEIC", photo)).location
    assert fact_of(service)["fields"]["file_1"] == f"heic {len(photo)} IMG_0042.heic"
    stored = service.s3.head_object(Bucket=BUCKET, Key=f"{place(service)}/1")
    assert (stored["ContentType"], stored["ContentDisposition"]) == ("image/heic", "attachment")


def test_a_field_of_the_form_cannot_speak_for_a_file(service: Service) -> None:
    send(service, files="7", file_1="pdf 9 invoice.pdf", files_not_kept="x")
    assert {name for name in fact_of(service)["fields"] if "file" in name} == {
        "x_files",
        "x_file_1",
        "x_files_not_kept",
    }


@pytest.mark.parametrize("path", ["/downloads/guide", "/newsletter"])
def test_a_door_that_takes_no_files_says_so_in_the_fact(service: Service, path: str) -> None:
    assert send(service, *FILES, path=path).status == 303
    note = "Our brief.pdf: this form does not accept files; pump.png: this form does not accept files"
    assert fact_of(service)["fields"]["files_not_kept"] == note
    assert kept(service) == {}


def test_who_sends_a_file_and_no_word_is_heard_whatever_the_form_means(service: Service) -> None:
    cv = FormsConfig(
        "1", {"cv": Form("cv", "Work with us", "", "", files=True)}, PACKAGED.downloads, PACKAGED.newsletter
    )
    stored = {"pk": "CONFIG#forms", "sk": "ACTIVE", "version": "1", "forms": json.dumps(cv.plain())}
    service.table.put(stored)
    send(service, *FILES, path="/forms/cv", message="")
    service.pump()
    (mail,) = service.mails()
    assert "2 files: Our brief (pdf, 20 KB), pump (png, 1 KB). Open the lead page below to download." in mail.body


# ---- Sent again, and stopped in between ------------------------------------------------------------------------------


def test_the_same_again_writes_the_same_keys(service: Service) -> None:
    first = send(service, *FILES, headers={"accept": "application/json"})
    before = kept(service)
    service.clock.move(seconds=20)
    assert send(service, *FILES, headers={"accept": "application/json"}).json == first.json
    assert (kept(service), len(service.facts(EMAIL))) == (before, 1)


def test_another_file_makes_another_fact_and_the_first_one_keeps_its_own(service: Service) -> None:
    send(service, ("brief", "brief.pdf", PDF))
    send(service, ("brief", "brief.pdf", PDF + b"2"))
    assert len(service.facts(EMAIL)) == 2
    assert sorted(kept(service).values()) == [PDF, PDF + b"2"]


def test_a_key_used_for_another_file_is_a_conflict(service: Service) -> None:
    send(service, ("brief", "brief.pdf", PDF), headers={"idempotency_key": "1"})
    assert send(service, ("brief", "brief.pdf", PDF + b"2"), headers={"idempotency_key": "1"}).status == 409
    assert list(kept(service).values()) == [PDF]


def test_a_stop_after_the_claim_loses_nothing_that_was_answered(service: Service) -> None:
    service.faults.refuse("forms", "PutItem", times=1)
    assert send(service, *FILES).status == 503
    assert (service.items(), kept(service)) == ([], {})
    assert send(service, *FILES).status == 303
    assert kept(service).keys() == {f"{place(service)}/1", f"{place(service)}/2"}


def test_a_stop_between_files_and_fact_is_completed_by_the_retry_under_the_same_keys(service: Service) -> None:
    service.faults.refuse("forms", "PutItem", times=1, when=is_event)
    assert send(service, *FILES).status == 503
    before = kept(service)
    assert (len(before), service.facts()) == (2, [])
    service.clock.move(seconds=30)
    assert send(service, *FILES).status == 303
    assert kept(service) == before
    assert fact_of(service)["fields"]["files"] == 2
    assert set(before) == {f"{place(service)}/1", f"{place(service)}/2"}


@pytest.mark.parametrize("lost", ["CLAIM", "EVENT#"])
def test_a_stop_after_a_write_whose_answer_never_came_is_completed_too(service: Service, lost: str) -> None:
    left = [1]

    def before(_: str, operation: str, sent: Any, shared: dict[str, Any]) -> None:
        shared["loses"] = operation == "PutItem" and sent["Item"]["sk"]["S"].startswith(lost)

    def after(_: str, __: str, shared: dict[str, Any]) -> None:
        if shared["loses"] and left[0]:
            left[0] = 0
            raise ReadTimeoutError(endpoint_url="https://aws.example.com")

    service.faults.around("forms", before, after)
    assert send(service, *FILES).status == 503
    assert send(service, *FILES).status == 303
    assert fact_of(service)["fields"]["files"] == 2
    assert kept(service) == {f"{place(service)}/1": PDF, f"{place(service)}/2": PNG}


def test_a_fact_never_names_a_file_that_was_not_stored_before_it(service: Service) -> None:
    order: list[str] = []

    def note(_: str, operation: str, params: Any) -> None:
        order.append(str(params.get("Key", "")) or params["Item"]["sk"].get("S", "").partition("#")[0])

    service.faults.watch("forms", lambda *call: note(*call) if call[1].startswith("Put") else None)
    send(service, *FILES)
    assert order == ["CLAIM", f"{place(service)}/1", f"{place(service)}/2", "TEXT", "EVENT"]


# ---- When the bucket does not answer ---------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["SlowDown", "InternalError", "AccessDenied", "NoSuchBucket"])
def test_a_bucket_that_refuses_never_costs_the_message(
    service: Service, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    service.faults.refuse("forms", "PutObject", code, status=503)
    assert send(service, *FILES).status == 303
    fields = fact_of(service)["fields"]
    assert (fields["message"], fields["files"]) == ("Can you build this?", 2)
    assert fields["files_not_kept"] == "Our brief.pdf: could not be stored; pump.png: could not be stored"
    service.pump()
    (mail,) = service.mails()
    assert "Not stored: Our brief.pdf: could not be stored; pump.png: could not be stored" in mail.body
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert vars(record)["file_not_stored"] == f"the bucket of attachments refuses: {code}"
    assert "brief" not in str([vars(each) for each in caplog.records])


def test_after_the_first_failure_no_other_file_is_tried(service: Service) -> None:
    tried: list[Any] = []

    def try_it(sent: Any) -> bool:
        tried.append(sent)
        return True

    service.faults.refuse("forms", "PutObject", "SlowDown", status=503, when=try_it)
    send(service, *FILES)
    assert len(tried) == 1


def test_an_answer_that_is_lost_is_no_stored_file(service: Service) -> None:
    service.faults.lose_answer("forms", "PutObject")
    send(service, *FILES)
    assert "file_1" not in fact_of(service)["fields"]


def test_a_slow_bucket_is_given_up_in_time(service: Service) -> None:
    seconds = chain((0.0, 1.0, 3.9), repeat(4.1))
    heard: list[str] = []
    drawer = Attachments(lambda: service.s3, BUCKET, heard.append, lambda: next(seconds))
    fields = drawer.enclose("c_a", "e1", [Upload("f", f"{n}.pdf", PDF) for n in range(1, 6)], False)
    assert {name for name in fields if name.startswith("file_")} == {"file_1", "file_2"}
    assert fields["files_not_kept"] == "; ".join(f"{n}.pdf: could not be stored" for n in (3, 4, 5))
    assert heard == ["the bucket of attachments is too slow"]


# ---- What the rep sees -----------------------------------------------------------------------------------------------


def test_the_mail_counts_and_names_the_files_and_its_page_links_them(service: Service) -> None:
    send(service, *FILES)
    service.pump()
    (mail,) = service.mails()
    assert (
        "2 files: Our brief (pdf, 20 KB), pump (png, 1 KB). Open the lead page below to download."
        in mail.body.splitlines()
    )
    page = page_of(service, mail)
    assert "Our brief (pdf, 20 KB)</a>" in page.body
    first, second = map(urlsplit, hrefs(page))
    assert (first.netloc, first.path) == (f"{BUCKET}.s3.eu-north-1.amazonaws.com", f"/{place(service)}/1")
    assert second.path == f"/{place(service)}/2"
    signed = {name: value for name, (value,) in parse_qs(first.query).items()}
    assert (signed["X-Amz-Expires"], signed["response-content-type"]) == ("600", "application/pdf")
    assert signed["response-content-disposition"].startswith('attachment; filename="Our brief.pdf"; filename*=UTF-8')


def test_opening_the_page_moves_nothing(service: Service) -> None:
    send(service, *FILES)
    service.pump()
    (mail,) = service.mails()
    before, calls = (service.items(), kept(service)), set()
    service.faults.watch("sales", lambda _, operation, __: calls.add(operation))
    page_of(service, mail)
    assert (service.items(), kept(service)) == before
    assert calls == {"GetItem", "ListObjectsV2", "GetObject"}  # the last is signing


HOSTILE = (
    ("a", "<img src=x onerror=alert(1)>.pdf", PDF),
    ("b", "https://evil.example/a.pdf\u202efdp", PDF),
    ("c", "javascript:alert(1)//.png", PNG),
    ("d", "x" * 300 + ".pdf", PDF),
    ("e", "a\x00b\u2028c.pdf", PDF),
)


def test_hostile_names_are_words_in_mail_page_and_header(service: Service) -> None:
    send(service, *HOSTILE)
    service.pump()
    (mail,) = service.mails()
    assert len(re.findall(r"https?://", mail.body)) == 1
    assert "\u202e" not in mail.body
    page = page_of(service, mail)
    assert "<img" not in page.body
    links = hrefs(page)
    assert len(links) == 5
    assert {urlsplit(link).netloc for link in links} == {f"{BUCKET}.s3.eu-north-1.amazonaws.com"}
    for link in links:
        (said,) = parse_qs(urlsplit(link).query)["response-content-disposition"]
        assert re.fullmatch(
            r"attachment; filename=\"[\w ().-]{1,60}\"; filename\*=UTF-8''[A-Za-z0-9%]+", said, re.ASCII
        )


def test_a_file_that_is_gone_is_said_to_be(service: Service) -> None:
    send(service, *FILES)
    service.pump()
    (mail,) = service.mails()
    service.s3.delete_object(Bucket=BUCKET, Key=f"{place(service)}/1")
    page = page_of(service, mail)
    assert "Our brief (pdf, 20 KB): no longer stored" in page.body
    assert [urlsplit(link).path for link in hrefs(page)] == [f"/{place(service)}/2"]


def test_a_bucket_that_does_not_answer_does_not_cost_the_page(service: Service) -> None:
    send(service, *FILES)
    service.pump()
    (mail,) = service.mails()
    service.faults.refuse("sales", "ListObjectsV2", "SlowDown", status=503)
    page = page_of(service, mail)
    assert (page.status, hrefs(page)) == (200, [])
    assert "pump (png, 1 KB): not available right now" in page.body


def test_a_fact_that_is_gone_has_no_files(service: Service) -> None:
    send(service, *FILES)
    service.pump()
    (mail,) = service.mails()
    service.table.delete(f"CONTACT#{service.id_of(EMAIL)}", fact_of(service)["sk"])
    assert hrefs(page_of(service, mail)) == []


# ---- In quarantine ---------------------------------------------------------------------------------------------------


def test_files_of_a_submission_in_quarantine_wait_with_it(
    service: Service, stack: OnAws, capsys: pytest.CaptureFixture[str]
) -> None:
    assert send(service, *FILES, _gotcha="x").status == 303
    (one,) = held(service.table, service.clock().date())
    waiting = f"held/{one.contact_id}/{one.fact.id}"
    assert kept(service) == {f"{waiting}/1": PDF, f"{waiting}/2": PNG}

    let_go(service.s3, BUCKET, one.contact_id, one.fact.id)  # as before an end in between
    said(capsys, "quarantine", "release", one.fact.id)
    service.pump()

    assert kept(service) == {f"{place(service)}/1": PDF, f"{place(service)}/2": PNG}
    (mail,) = service.mails()
    assert [urlsplit(link).path for link in hrefs(page_of(service, mail))] == [f"/{place(service)}/{n}" for n in (1, 2)]


# ---- What else is done with them -------------------------------------------------------------------------------------


def test_all_files_of_a_contact_are_found_and_deleted_and_nobody_elses() -> None:
    """Over a bucket that gives two at a time."""
    s3, mine = Bucket(Clock(), Plain()), [*(f"attachments/c_a/e1/{number}" for number in range(1, 6)), "held/c_a/e2/1"]
    for key in [*mine, "attachments/c_ab/e3/1"]:
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    assert {each.key for each in files_of(s3, BUCKET, "c_a")} == set(mine)
    assert {each.event_id for each in files_of(s3, BUCKET, "c_a")} == {"e1", "e2"}
    delete(s3, BUCKET, files_of(s3, BUCKET, "c_a"))
    assert list(s3.kept) == ["attachments/c_ab/e3/1"]


def test_a_bucket_that_does_not_answer_is_said_so(service: Service) -> None:
    with pytest.raises(Unavailable, match="NoSuchBucket"):
        files_of(service.s3, "another", "c_a")


def test_a_document_is_kept_and_one_with_macros_is_not(service: Service) -> None:
    def document(*more: str) -> bytes:
        out = io.BytesIO()
        with ZipFile(out, "w") as archive:
            for name in ("[Content_Types].xml", "word/document.xml", *more):
                archive.writestr(name, "x")
        return out.getvalue()

    send(service, ("a", "plan.docx", document()), ("b", "plan.docm", document("word/vbaProject.bin")))
    fields = fact_of(service)["fields"]
    assert fields["file_1"].endswith(" plan.docx")
    assert fields["files_not_kept"] == "plan.docm: contains macros or other files"


# ---- Which forms take files, and how many bytes of one source --------------------------------------------------------


def test_a_form_that_asks_for_no_file_stores_none_and_says_so(service: Service) -> None:
    assert send(service, *FILES, path="/forms/demo").status == 303
    assert kept(service) == {}
    fields = fact_of(service)["fields"]
    assert (fields["files"], fields["message"]) == (2, "Can you build this?")
    note = "Our brief.pdf: this form does not accept files; pump.png: this form does not accept files"
    assert fields["files_not_kept"] == note
    service.pump()
    (mail,) = service.mails()
    assert NO_FILES_HERE in " ".join(mail.body.split())


def test_a_published_form_takes_files_once_it_lists_a_field_for_them(service: Service) -> None:
    order = Form("order", "Order", "question", "question")
    asks = {
        "none": order,
        "field": replace(order, fields=(FormField("brief", "file"),)),
        "said": replace(order, files=True),
    }
    forms = {name: replace(form, id=name) for name, form in asks.items()}
    every = FormsConfig("1", forms, PACKAGED.downloads, PACKAGED.newsletter)
    service.table.put({"pk": "CONFIG#forms", "sk": "ACTIVE", "version": "1", "forms": json.dumps(every.plain())})
    stored = []
    for name in forms:
        send(service, *FILES, path=f"/forms/{name}", message=f"At {name}")
        stored.append(len(kept(service)))
    assert stored == [0, 2, 4]


def limited_to(service: Service, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr("leadbell.web.limits.BYTES_LIMIT", limit)
    limit_as_deployed(service.apps["forms"], monkeypatch)


def test_files_over_what_one_source_may_send_in_a_day_are_not_stored_and_the_message_is(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited_to(service, monkeypatch, 2 * len(PDF) + 10)
    for number in range(3):
        assert send(service, ("a", "a.pdf", PDF), message=f"Question {number}").status == 303
    first, second, third = sorted((fact["fields"] for fact in service.facts(EMAIL)), key=lambda f: f["message"])
    assert "file_1" in first
    assert "file_1" in second
    assert third["files_not_kept"] == "a.pdf: too many files from this network today"
    assert len(kept(service)) == 2
    assert send(service, ("a", "b.png", PNG[:10]), message="A small one").status == 303
    assert len(kept(service)) == 3
    service.clock.move(hours=24)
    send(service, ("a", "a.pdf", PDF), message="Tomorrow")
    assert len(kept(service)) == 4


def test_the_bytes_of_a_day_are_counted_in_one_write_and_only_where_files_come(service: Service) -> None:
    calls: list[str] = []
    service.faults.watch("forms", lambda _, operation, *__: calls.append(operation))
    send(service, message="No file")
    plain = calls.count("UpdateItem")
    calls.clear()
    send(service, ("a", "a.pdf", PDF), message="A file")
    assert calls.count("UpdateItem") == plain + 1
