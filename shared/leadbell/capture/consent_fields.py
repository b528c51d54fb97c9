"""Reads the consent fields of a form: purpose, wording and version."""

# ruff: noqa: RUF001  # words in other scripts

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from leadbell.capture.fact_fields import size_of
from leadbell.consents import FIELD_OF, MAX_TEXT, PURPOSES, SALES_CONTACT
from leadbell.events import Value
from leadbell.forms.config import ConsentText

# First words of an answer, in the languages of our users and their neighbours; a tick is a yes too.
YES = frozenset(
    """
    yes y true on 1 x ok okay agree agreed accept accepted checked ticked i'd sure ja j jo jep joo jah tak t oui sí si
    sim sì da да так ano áno igen ναι evet נכון כן はい 是 godkänner samtycker godkender samtykker akkoord
    einverstanden zgoda zgadzam akceptuję wyrażam accepte acepto accetto kyllä ✓ ✔ ☑ ✅
    """.split()  # noqa: SIM905
)
NO = frozenset(
    """
    no n false off 0 nej nei nein nee nie non não ne nem hayır ei не нет ні όχι いいえ 否 לא decline declined unchecked
    refuse refused ☐ ✗ ✘ ❌
    """.split()  # noqa: SIM905
)
_I = re.compile(r"(?:i|ich|jag|jeg|ik|je|yo) (?=\w{4})")
_WORDS = re.compile(r"[^\s,.;:!()\[\]-]+")
_THANKS = frozenset(
    ("thanks", "thank", "you", "tack", "takk", "tak", "danke", "bedankt", "dziękuję", "merci", "please")
)
_BUT = frozenset(("but", "not", "only", "aber", "nur", "nicht", "men", "inte", "ikke", "maar", "niet", "ale", "tylko"))
MAX_VERSION = 60

_NAME = re.compile(r"_consent(?:_(text|version))?(?:\[([a-z_]+)\])?")


def read_tick(text: str) -> bool | None:
    """Yes or no (`Yes please`, `oui`, `✓`, `nej tack`); None for what is neither, which is unknown and no `no`."""
    first, *rest = _WORDS.findall(_I.sub("", text[:200].strip().casefold(), count=1)) or [""]
    if first in NO:
        return False if set(rest) <= _THANKS else None
    return True if first in YES and not set(rest) & (NO | _BUT) else None


def speaks_of_consent(name: str) -> bool:
    """Whether a form's field says a consent, or in which words, about a purpose that there is."""
    found = _NAME.fullmatch(name.strip().lower())
    if found is None:
        return False
    about, purpose = found.groups()
    return purpose in PURPOSES if purpose or about is None else True


@dataclass(frozen=True, slots=True)
class _Proof:
    """In which words, in which version; about one purpose, or about all where that is empty."""

    purpose: str
    text: str
    version: str

    def kept_as(self, what: str) -> str:
        """The field that keeps the `text`, or the `version`."""
        return f"consent_{self.purpose}_{what}" if self.purpose else f"consent_{what}"


def with_consents(
    fields: Mapping[str, Value], pairs: Iterable[tuple[str, str]], asked: Iterable[ConsentText], room: int
) -> dict[str, Value]:
    """The fields of a submission with what it says of consent. `room` is how many bytes all may take.

    Words, versions and the hash of a text always fit; for a text, fields that nobody has a name for make room.
    """
    told = _told(pairs)
    ticks, unread = _ticks(told)
    kept = {**fields, **unread}
    purposes = _spoken_of(ticks, fields)
    if not purposes:
        return kept
    proofs = _proofs(purposes, told, {each.purpose: each for each in asked})
    words = {FIELD_OF[purpose]: given for purpose, given in ticks.items()}
    versions = {proof.kept_as("version"): proof.version[:MAX_VERSION] for proof in proofs if proof.version}
    texts = {proof.kept_as("text"): proof.text for proof in proofs if proof.text}
    return _with_texts({**kept, **words, **versions}, texts, room)


def says_no(fields: Mapping[str, Value], pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether a submission refuses or withdraws something, of which the address may have to be asked."""
    ticks, _ = _ticks(_told(pairs))
    return False in ticks.values() or fields.get(FIELD_OF[SALES_CONTACT]) is False


def _told(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.strip().lower(): value.strip() for name, value in pairs if speaks_of_consent(name)}


def _ticks(told: Mapping[str, str]) -> tuple[dict[str, bool], dict[str, Value]]:
    """Yes or no about each purpose; and what is neither, under the name that it is kept by as it came."""
    ticks, unread = dict[str, bool](), dict[str, Value]()
    for purpose in PURPOSES:
        value = told.get(f"_consent[{purpose}]")
        if value is None:
            continue
        if (tick := read_tick(value)) is not None:
            ticks[purpose] = tick
        else:
            unread[f"x_consent_{purpose}"] = value[:MAX_VERSION]
    return ticks, unread


def _spoken_of(ticks: Mapping[str, bool], fields: Mapping[str, Value]) -> list[str]:
    """The purposes that something is said about; calls also by a field of their own, which any form may have."""
    by_own_field = [SALES_CONTACT] if FIELD_OF[SALES_CONTACT] in fields and SALES_CONTACT not in ticks else []
    return [*ticks, *by_own_field]


def _proofs(purposes: Sequence[str], told: Mapping[str, str], asked: Mapping[str, ConsentText]) -> list[_Proof]:
    """What the page showed, about all purposes and about each."""
    whole = _Proof("", told.get("_consent_text", ""), told.get("_consent_version", ""))
    return [whole, *(_proof(_shown(purpose, told), whole, asked.get(purpose)) for purpose in purposes)]


def _shown(purpose: str, told: Mapping[str, str]) -> _Proof:
    """What the page says that it showed."""
    return _Proof(purpose, told.get(f"_consent_text[{purpose}]", ""), told.get(f"_consent_version[{purpose}]", ""))


def _proof(shown: _Proof, whole: _Proof, asked: ConsentText | None) -> _Proof:
    """What the page says that it showed; where it shows nothing and names no other version, what the form is to."""
    version = shown.version or whole.version
    if asked is None or shown.text or whole.text or version not in ("", asked.version):
        return shown
    return _Proof(shown.purpose, asked.text, asked.version)


def _with_texts(fields: Mapping[str, Value], texts: Mapping[str, str], room: int) -> dict[str, Value]:
    """The fields with the texts, or with their hash where they are too long or do not fit."""
    exact = {name: text[:MAX_TEXT] for name, text in texts.items()}
    kept = _with_room(fields, exact, room)
    fits = size_of({**kept, **exact}) <= room
    if texts and (not fits or any(len(text) > MAX_TEXT for text in texts.values())):
        whole = "\n".join(texts[name] for name in sorted(texts))
        kept["consent_sha256"] = hashlib.sha256(whole.encode()).hexdigest()
    return {**kept, **exact} if fits else kept


def _with_room(fields: Mapping[str, Value], texts: Mapping[str, str], room: int) -> dict[str, Value]:
    """The fields, less the last ones that nobody has a name for, until the texts fit or none is left."""
    kept = dict(fields)
    spare = [name for name in fields if name.startswith("x_")]
    while spare and size_of({**kept, **texts}) > room:
        del kept[spare.pop()]
    return kept
