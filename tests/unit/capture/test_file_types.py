"""A visitor's file is what its bytes say; its name is data, and nothing in it is ever unpacked."""

import io
import struct
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.capture.file_types import (
    MAX_FILE_BYTES,
    MAX_FILENAME,
    MAX_FILENAME_BYTES,
    MAX_FILES,
    MEDIA_TYPES,
    disposition,
    files_in_words,
    listed,
    saved_name,
    sort_out,
)
from leadbell.web.bodies import Upload

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
ODT = "application/vnd.oasis.opendocument.text"
ALL = frozenset(range(1, 100))


def zipped(*names: str, first: tuple[str, str] | None = None, method: int = ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", method) as archive:
        if first:
            archive.writestr(ZipInfo(first[0]), first[1])
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


WORD = ("[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/media/image1.jpeg", "docProps/app.xml")
EXCEL = ("[Content_Types].xml", "xl/workbook.xml", "xl/printerSettings/printerSettings1.bin")
SLIDES = ("[Content_Types].xml", "ppt/presentation.xml", "ppt/embeddings/Microsoft_Excel_Sheet.xlsx")
WRITER = ("content.xml", "META-INF/manifest.xml", "Thumbnails/thumbnail.png", "ObjectReplacements/Object 1")


def found_in(content: bytes, name: str = "x") -> str:
    """The type that a file is kept as, or why it is not."""
    kept = sort_out([Upload("f", name, content)])
    return kept.kept[0].kind if kept.kept else kept.notes[0].partition(": ")[2]


# ---- What it is ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (PNG, "png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "jpg"),
        (b"GIF89a\x01", "gif"),
        (b"GIF87a\x01", "gif"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "webp"),
        (b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic", "heic"),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00heix", "heic"),
        (zipped(*WORD), "docx"),
        (zipped(*EXCEL), "xlsx"),
        (zipped(*SLIDES), "pptx"),
        (zipped(*WRITER, first=("mimetype", ODT)), "odt"),
        ("Grüße, we need 40 pumps.\r\n".encode(), "txt"),
        ("Grüße".encode("cp1252"), "txt"),
        ("\ufeffGrüße".encode(), "txt"),
        ("\ufeffGrüße".encode("utf-16-le"), "txt"),
    ],
)
@pytest.mark.parametrize("name", ["x", "x.pdf", "x.exe", "x.html"])
def test_the_bytes_say_what_a_file_is_and_never_its_name(content: bytes, kind: str, name: str) -> None:
    if kind == "txt" and name != "x":
        name = "x.log"
    assert found_in(content, name) == kind
    assert kind in MEDIA_TYPES


def test_of_texts_the_name_says_which_is_a_table() -> None:
    assert found_in(b"a;b\r\n1;2\r\n", "prices.CSV") == "csv"


REFUSED = {
    "a program for Windows": b"MZ\x90\x00\x03\x00\x00\x00",
    "a program for Linux": b"\x7fELF\x02\x01\x01\x00",
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a page after blank lines": b"\n\n  <p onclick=alert(1)>",
    "a page after a few words": b"Dear all,\n<ScRiPt src=//evil.example>",
    "a drawing": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a drawing in UTF-16": "\ufeff<svg onload=alert(1)>".encode("utf-16-le"),
    "XML": b'<?xml version="1.0"?><a/>',
    "a shell's script": b"#!/bin/sh\nrm -rf /\n",
    "PHP": b"hello <?php system($_GET[0]);",
    "PostScript": b"%!PS-Adobe-3.0\n",
    "RTF": b"{\\rtf1\\ansi",
    "an old office file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64),
    "a zip": zipped("a.txt"),
    "a Java program": zipped("META-INF/MANIFEST.MF", "A.class"),
    "an empty zip": b"PK\x05\x06" + bytes(18),
    "a zip that ends too soon": zipped(*WORD)[:-30],
    "a zip after a program": b"MZ" + zipped(*WORD),
    "a PDF after something else": b"junk\n\x00" + PDF,
    "bytes": bytes(range(256)),
    "an office file of no program": zipped("[Content_Types].xml", "a.xml"),
    "an office file of two programs": zipped(*WORD, "xl/workbook.xml"),
    "a template": zipped(*WRITER, first=("mimetype", f"{ODT}-template")),
    "a gzip": b"\x1f\x8b\x08\x00",
    "a RAR": b"Rar!\x1a\x07\x01\x00",
    "a shortcut": b"L\x00\x00\x00\x01\x14\x02\x00",
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("name", ["brief.pdf", "brief.txt", "brief"])
def test_what_is_not_on_the_list_is_not_kept_whatever_it_calls_itself(content: bytes, name: str) -> None:
    assert found_in(content, name) == "type not allowed"


@pytest.mark.parametrize(
    "name", ["run.bat", "run.ps1", "run.vbs", "run.js", "page.html", "mail.eml", "x.txt.cmd", "x.RTF"]
)
def test_a_text_that_its_name_would_run_is_not_kept(name: str) -> None:
    assert found_in(b"start calc", name) == "type not allowed"


@pytest.mark.parametrize(
    "content",
    [
        zipped(*WORD, "word/vbaProject.bin"),
        zipped(*WORD, "word/activeX/activeX1.xml"),
        zipped(*WORD, "word/embeddings/oleObject1.bin"),
        zipped(*WORD, "word/embeddings/run.exe"),
        zipped(*WORD, "word/WORD.EXE"),
        zipped(*EXCEL, "xl/macrosheets/sheet1.xml"),
        zipped(*SLIDES, "ppt/embeddings/book.xlsm"),
        zipped(*WRITER, "Basic/Standard/Module1.xml", first=("mimetype", ODT)),
        zipped(*WRITER, "Scripts/python/run.xml", first=("mimetype", ODT)),
    ],
)
def test_an_office_file_with_macros_or_packed_files_is_not_kept(content: bytes) -> None:
    assert found_in(content) == "contains macros or other files"


def test_a_part_that_stands_twice_is_not_kept_since_programs_differ_in_which_they_read() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zipped(*WORD, "word/document.xml")
    assert found_in(content) == "type not allowed"


def test_an_office_file_with_a_password_is_not_kept() -> None:
    content = zipped(*WORD)
    at = content.index(b"PK\x01\x02") + 8
    assert found_in(content[:at] + b"\x01\x00" + content[at + 2 :]) == "type not allowed"


def test_nothing_in_a_zip_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name in WORD:
            archive.writestr(name, bytes(20_000_000))
    bomb = out.getvalue()
    assert len(bomb) < 200_000

    def never(*_: object) -> None:
        raise AssertionError("a part was opened")

    monkeypatch.setattr(ZipFile, "open", never)
    assert found_in(bomb) == "docx"


def test_a_zip_of_very_many_parts_is_not_even_listed() -> None:
    assert found_in(zipped(*WORD, *(f"{n}.xml" for n in range(5000)), method=ZIP_STORED)) == "type not allowed"


def test_a_zip_that_lies_about_its_parts_is_not_kept() -> None:
    content = bytearray(zipped(*WORD))
    end = content.rindex(b"PK\x05\x06")
    struct.pack_into("<L", content, end + 12, 0x7FFFFFFF)
    assert found_in(bytes(content)) == "type not allowed"


@given(st.binary(max_size=400), st.integers(0, 400), st.sampled_from([b"", zipped(*WORD), PDF, b"PK\x03\x04"]))
def test_any_bytes_are_kept_or_not_and_nothing_else_happens(noise: bytes, at: int, base: bytes) -> None:
    content = base[:at] + noise + base[at:]
    assert found_in(content, "x.txt") in {*MEDIA_TYPES, "type not allowed", "contains macros or other files"}


# ---- How much --------------------------------------------------------------------------------------------------------


def test_a_file_of_three_megabytes_is_kept_and_one_byte_more_is_not() -> None:
    assert found_in(PDF + bytes(MAX_FILE_BYTES - len(PDF))) == "pdf"
    assert found_in(PDF + bytes(MAX_FILE_BYTES - len(PDF) + 1)) == "larger than 3 MB"


def test_five_files_are_kept_and_of_the_others_a_few_are_named() -> None:
    found = sort_out([Upload("f", f"{n}.pdf", PDF) for n in range(1, 12)])
    assert [file.name for file in found.kept] == ["1.pdf", "2.pdf", "3.pdf", "4.pdf", "5.pdf"]
    fields = found.fields(ALL)
    assert fields["files"] == 11
    assert fields["file_5"] == f"pdf {len(PDF)} 5.pdf"
    assert fields["files_not_kept"] == "; ".join([*(f"{n}.pdf: more than 5 files" for n in range(6, 11)), "1 more"])


def test_a_submission_without_files_says_nothing_of_files() -> None:
    assert sort_out([]).fields(ALL) == {}


def test_a_file_that_could_not_be_stored_is_a_note_and_the_others_keep_their_numbers() -> None:
    found = sort_out([Upload("f", "a.pdf", PDF), Upload("f", "b.exe", b"MZ\x00"), Upload("f", "c.png", PNG)])
    assert found.fields(frozenset({3})) == {
        "files": 3,
        "file_3": f"png {len(PNG)} c.png",
        "files_not_kept": "a.pdf: could not be stored; b.exe: type not allowed",
    }


def test_the_worst_names_leave_the_fact_small() -> None:
    fields = sort_out([Upload("f", "漢" * 300, PDF)] * MAX_FILES + [Upload("f", "漢" * 300, b"\x00")] * 95).fields(ALL)
    assert sum(len(name) + len(str(value).encode()) for name, value in fields.items()) < 1700


# ---- Names -----------------------------------------------------------------------------------------------------------

NAMES = {
    "brief.pdf": "brief.pdf",
    "Brief.PDF": "Brief.pdf",
    "../../etc/passwd": "passwd.pdf",
    "..\\..\\Windows\\win.ini": "win.ini.pdf",
    "C:\\fakepath\\cv.pdf": "cv.pdf",
    "/": "file.pdf",
    "..": "file.pdf",
    "": "file.pdf",
    ".pdf": "pdf.pdf",
    "a\x00b.pdf": "a b.pdf",
    "a\r\nSet-Cookie: x=1.pdf": "a Set-Cookie_ x=1.pdf",
    "invoice\u202efdp.exe": "invoice fdp.exe.pdf",
    "a\u200b\ufeffb.pdf": "a b.pdf",
    "a\u2028b\u2029c.pdf": "a b c.pdf",
    '"; filename="x.exe': "__ filename=_x.exe.pdf",
    "<img src=x onerror=alert(1)>.pdf": "_img src=x onerror=alert(1)_.pdf",
    "CON": "_CON.pdf",
    "nul.pdf": "_nul.pdf",
    "a. . .pdf": "a.pdf",
    "Ünïcödé 漢字.pdf": "Ünïcödé 漢字.pdf",
    "U\u0308.pdf": "Ü.pdf",
    "x" * 300 + ".pdf": "x" * 56 + ".pdf",
    "%2e%2e%2fx": "_2e_2e_2fx.pdf",
}


@pytest.mark.parametrize(("given_name", "saved"), NAMES.items(), ids=[ascii(name)[:30] for name in NAMES])
def test_a_name_is_cleaned_and_ends_in_its_type(given_name: str, saved: str) -> None:
    assert saved_name(given_name, "pdf") == saved


def test_the_usual_other_endings_of_a_type_become_ours() -> None:
    assert saved_name("photo.JPEG", "jpg") == "photo.jpg"
    assert saved_name("notes.md", "txt") == "notes.txt"


@given(st.text(max_size=300), st.sampled_from(sorted(MEDIA_TYPES)))
def test_any_name_becomes_one_that_is_safe(name: str, kind: str) -> None:
    saved = saved_name(name, kind)
    assert saved.endswith(f".{kind}")
    assert len(saved) <= MAX_FILENAME
    assert len(saved.encode()) <= MAX_FILENAME_BYTES + len(kind) + 1
    assert saved.isprintable()
    assert not set(saved) & set('\\/<>:"|?*%;')
    assert not saved.startswith((".", " "))
    assert disposition(saved).isascii()


def test_a_link_saves_a_file_under_its_name_in_old_and_new_browsers() -> None:
    assert disposition("Grüße (1).pdf") == (
        "attachment; filename=\"Gr__e (1).pdf\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%281%29%2Epdf"
    )


# ---- What is said ----------------------------------------------------------------------------------------------------


def test_a_mail_names_the_files_and_no_name_can_be_followed() -> None:
    fields = sort_out(
        [
            Upload("f", "www.evil.example.pdf", PDF + bytes(182_000)),
            Upload("f", "plan.docx", zipped(*WORD)),
            Upload("f", "http://evil.example/x.zip", zipped("x")),
        ]
    ).fields(ALL)
    assert files_in_words(fields) == [
        "2 files: www[.]evil[.]example (pdf, 178 KB), plan (docx, 1 KB). Open the lead page below to download.",
        "Not stored: x[.]zip: type not allowed",
    ]


def test_one_file_is_one_and_none_is_no_line() -> None:
    one = sort_out([Upload("f", "a.pdf", PDF)]).fields(ALL)
    assert files_in_words(one) == ["1 file: a (pdf, 1 KB). Open the lead page below to download."]
    assert files_in_words({"message": "Hello"}) == []


def test_a_fact_tells_which_files_it_has() -> None:
    fields = sort_out([Upload("f", "a b.pdf", PDF), Upload("f", "c.png", PNG)]).fields(frozenset({2}))
    ((number, kind, size, name),) = [(each.number, each.kind, each.size, each.name) for each in listed(fields)]
    assert (number, kind, size, name) == (2, "png", len(PNG), "c.png")


@pytest.mark.parametrize("value", ["", "pdf", "pdf x a.pdf", "exe 1 a.exe", "pdf 1 ", "pdf -1 a", True])
def test_what_we_did_not_write_is_no_file(value: str | bool) -> None:
    assert listed({"file_1": value}) == []
