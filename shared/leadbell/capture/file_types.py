"""Decides which files of a form are stored, as what type and under which name.

The first bytes of a file decide its type, never its name or header; other types are not stored. The contents of a zip
file are listed, but never unpacked. Visitors choose the names, so names are cleaned here once, and the extension is
ours: a file opens as what was found in it.
"""

import io
import re
import struct
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadbell.events import Value
from leadbell.formats import count_of
from leadbell.plain_text import clean
from leadbell.web.bodies import Upload

# A request reaches a Lambda with at most 4.5 MB of bytes; one file leaves room for a second and for the message.
MAX_FILES = 5
MAX_FILE_BYTES = 3 * 1024 * 1024
MAX_FILENAME = 60
MAX_FILENAME_BYTES = 120
MAX_NOTES = 5

NOT_STORED = "could not be stored"
NO_FILES_HERE = "this form does not accept files"
TOO_MUCH_TODAY = "too many files from this network today"
_NOT_ALLOWED = "type not allowed"
_TOO_LARGE = f"larger than {MAX_FILE_BYTES // 1024**2} MB"
_TOO_MANY = f"more than {MAX_FILES} files"
_HOLDS_MORE = "contains macros or other files"
# By these words the catalogues tell a visitor why.
_CODES: Mapping[str, str] = {
    NOT_STORED: "error",
    NO_FILES_HERE: "form",
    TOO_MUCH_TODAY: "today",
    _NOT_ALLOWED: "type",
    _TOO_LARGE: "size",
    _TOO_MANY: "number",
    _HOLDS_MORE: "macros",
}

_OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
_SAME = {"heif": "heic", "jpeg": "jpg", "jpe": "jpg", "text": "txt", "log": "txt", "md": "txt"}

_FIRST_BYTES = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
# What an image of an iPhone begins with, behind the length of its first box: the brands of HEIF that hold images.
_HEIF = re.compile(rb".{4}ftyp(hei[cxms]|hev[cx]|m[is]f1)", re.DOTALL)
_MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_ODT = b"mimetype" + MEDIA_TYPES["odt"].encode() + b"PK"
# What an office file is made of. Macros, ActiveX and packed objects are `.bin`, and a chart's own table is an xlsx.
_PARTS = re.compile(
    r".*\.(xml|rels|rdf|png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|svm|wdp|vml|odttf|ttf|otf|fntdata|sigs|xlsx)"
)
_ODD_PARTS = re.compile(r".*/|mimetype|layout-cache|objectreplacements/.*|.*/printersettings\d*\.bin")
_ACTIVE = re.compile(r"(^|/)(activex|macrosheets|basic|scripts|dialogs|vba\w*)(/|$)")
MAX_PARTS = 5000

# A browser that guesses looks at this much.
_HEAD = 1500
_MARKUP = re.compile(r"\s*(<|#!|%!|\{\\rtf)|.*<\s*/?\s*(!doctype|html|head|body|script|svg|iframe|\?php)", re.I | re.S)
_UNFIT_FOR_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_UNFIT_FOR_NAMES = re.compile(r'[<>:"|?*%;\\/]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file to be kept: the `number`-th of its submission."""

    number: int
    kind: str
    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        """The type that we found, as the web calls it."""
        return MEDIA_TYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as its fact lists it."""

    number: int
    kind: str
    size: int
    name: str

    @property
    def media_type(self) -> str:
        """The type that we found, as the web calls it."""
        return MEDIA_TYPES[self.kind]

    @property
    def disposition(self) -> str:
        """The Content-Disposition that saves it under its name."""
        return disposition(self.name)

    @property
    def label(self) -> str:
        """`brief (pdf, 178 KB)`: as a line of text, nothing in it can be followed."""
        return f"{clean(self.name.removesuffix(f'.{self.kind}'))} ({self.kind}, {_size(self.size)})"


@dataclass(frozen=True, slots=True)
class SortedOut:
    """The files of a submission: those to be kept, and why the others are not."""

    sent: int
    kept: tuple[Enclosure, ...]
    notes: tuple[str, ...]

    def fields(self, stored: frozenset[int], why_not: str = NOT_STORED) -> dict[str, Value]:
        """What the fact says of them, where those of `stored` are in the bucket; nothing where no file came."""
        if not self.sent:
            return {}
        fields: dict[str, Value] = {"files": self.sent}
        lost = tuple(f"{file.name}: {why_not}" for file in self.kept if file.number not in stored)
        for file in self.kept:
            if file.number in stored:
                fields[f"file_{file.number}"] = f"{file.kind} {len(file.content)} {file.name}"
        if notes := [*lost, *self.notes]:
            more = [f"{len(notes) - MAX_NOTES} more"] if len(notes) > MAX_NOTES else []
            fields["files_not_kept"] = "; ".join([*notes[:MAX_NOTES], *more])
        return fields


def sort_out(files: Sequence[Upload]) -> SortedOut:
    """Which files are kept; the message that they came with is, whatever they are."""
    kept: list[Enclosure] = []
    notes: list[str] = []
    for number, file in enumerate(files, start=1):
        kind, why_not = _kind(file) if number <= MAX_FILES else ("", _TOO_MANY)
        if kind:
            kept.append(Enclosure(number, kind, saved_name(file.filename, kind), file.content))
        else:
            notes.append(f"{_cleaned(file.filename)}: {why_not}")
    return SortedOut(len(files), tuple(kept), tuple(notes))


def listed(fields: Mapping[str, Value]) -> list[Listed]:
    """The stored files that a fact lists."""
    found = []
    for number in range(1, MAX_FILES + 1):
        kind, _, rest = str(fields.get(f"file_{number}", "")).partition(" ")
        size, _, name = rest.partition(" ")
        if kind in MEDIA_TYPES and size.isdecimal() and name:
            found.append(Listed(number, kind, int(size), name))
    return found


def left_out(fields: Mapping[str, Value]) -> tuple[tuple[str, str], ...]:
    """The files that a fact says were not stored, each with the code of its reason; names hold no separator."""
    notes = (note.partition(": ") for note in str(fields.get("files_not_kept", "")).split("; "))
    return tuple((name, _CODES[why]) for name, _, why in notes if why in _CODES)


def files_in_words(fields: Mapping[str, Value]) -> list[str]:
    """The lines of a mail about the files of a fact."""
    files, lines = listed(fields), []
    if files:
        names = ", ".join(file.label for file in files)
        lines.append(f"{count_of(len(files), 'file')}: {names}. Open the lead page below to download.")
    if fields.get("files_not_kept"):
        lines.append(f"Not stored: {clean(fields['files_not_kept'], 500)}")
    return lines


def saved_name(filename: str, kind: str) -> str:
    """The name that the file is saved under: at most 60 characters, no path, and an ending that is its type."""
    name = _cleaned(filename)
    stem, dot, ending = name.rpartition(".")
    if dot and _SAME.get(ending.lower(), ending.lower()) == kind:
        name = stem.rstrip(". ") or "file"
    if _DEVICES.fullmatch(name):
        name = f"_{name}"
    return f"{_cut(name, MAX_FILENAME - len(kind) - 1)}.{kind}"


def disposition(name: str) -> str:
    """The Content-Disposition that saves a file under `name`, for old and new browsers (RFC 6266, RFC 8187)."""
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", name)
    coded = "".join(chr(b) if chr(b).isascii() and chr(b).isalnum() else f"%{b:02X}" for b in name.encode())
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}"


def _size(size: int) -> str:
    return f"{max(1, round(size / 1024)):,} KB"


def _cleaned(filename: str) -> str:
    last = re.split(r"[\\/]", filename)[-1]
    visible = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFC", last))
    line = re.sub(r"\s+", " ", _UNFIT_FOR_NAMES.sub("_", visible))
    return _cut(line.strip(". ") or "file", MAX_FILENAME)


def _cut(name: str, limit: int) -> str:
    """At most so many characters and 120 bytes; the ending of a longer name is what goes."""
    return name[:limit].encode()[:MAX_FILENAME_BYTES].decode(errors="ignore").rstrip(". ") or "file"


def _kind(file: Upload) -> tuple[str, str]:
    """The type found in a file, or an empty text and why it is not kept."""
    content = file.content
    if len(content) > MAX_FILE_BYTES:
        return "", _TOO_LARGE
    for first, kind in _FIRST_BYTES:
        if content.startswith(first):
            return kind, ""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp", ""
    if _HEIF.match(content):
        return "heic", ""
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    ending = file.filename.rpartition(".")[2].lower() if "." in file.filename else "txt"
    ending = _SAME.get(ending, ending)
    # Nothing in a text says what would run it, so here the name may refuse: a .bat is text too.
    return (ending, "") if ending in ("txt", "csv") and _is_plain_text(content) else ("", _NOT_ALLOWED)


def _office(content: bytes) -> tuple[str, str]:
    from zipfile import BadZipFile, ZipFile

    if content.count(b"PK\x01\x02") > MAX_PARTS:
        return "", _NOT_ALLOWED
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (BadZipFile, NotImplementedError, ValueError, OSError, EOFError, struct.error):
        return "", _NOT_ALLOWED
    names = [part.filename.lower() for part in parts]
    kinds = [kind for main, kind in _MAIN_PARTS.items() if main in names and "[content_types].xml" in names]
    # An ODT's first part is stored as it is, at a fixed place, to be read without unpacking.
    if not kinds and content[30:].startswith(_ODT):
        kinds = ["odt"]
    if len(kinds) != 1 or len(set(names)) != len(names) or any(part.flag_bits & 1 for part in parts):
        return "", _NOT_ALLOWED
    return (kinds[0], "") if all(map(_is_harmless_part, names)) else ("", _HOLDS_MORE)


def _is_harmless_part(name: str) -> bool:
    return bool(_PARTS.fullmatch(name) or _ODD_PARTS.fullmatch(name)) and not _ACTIVE.search(name)


def _is_plain_text(content: bytes) -> bool:
    for encoding in ("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not _UNFIT_FOR_TEXT.search(text) and not _MARKUP.match(text[:_HEAD])
    return False
