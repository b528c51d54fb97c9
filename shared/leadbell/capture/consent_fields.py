"""What a form's fields say of consent: in which words, in which version, about which purpose."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from leadbell.consents import FIELD_OF, MAX_TEXT, PURPOSES, SALES_CONTACT
from leadbell.events import Value

YES = frozenset({"yes", "true", "on", "1", "ja", "tak", "y", "j", "agree", "agreed", "accept", "accepted", "checked"})


NO = frozenset({"no", "false", "off", "0", "nej", "nei", "nein", "nee", "nie", "n", "decline", "declined"})


MAX_VERSION = 60


_NAME = re.compile(r"_consent(?:_(text|version))?(?:\[([a-z_]+)\])?")


class ConsentAsked(Protocol):
    """What a form tells people that they agree to."""

    @property
    def purpose(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def version(self) -> str: ...


def speaks_of_consent(name: str) -> bool:
    """Whether a form's field says a consent, or in which words, about a purpose that there is."""
    found = _NAME.fullmatch(name.strip().lower())
    if found is None:
        return False
    about, purpose = found.groups()
    return purpose in PURPOSES if purpose or about is None else True


def with_consents(
    fields: Mapping[str, Value], pairs: Iterable[tuple[str, str]], asked: Iterable[ConsentAsked], room: int
) -> dict[str, Value]:
    """The fields of a submission with what it says of consent. `room` is how many bytes all may take.

    Words, versions and the hash of a text always fit; for a text, fields that nobody has a name for make room.
    """
    told = {name.strip().lower(): value.strip() for name, value in pairs if speaks_of_consent(name)}
    kept, words = dict(fields), dict[str, Value]()
    for purpose in PURPOSES:
        value = told.get(f"_consent[{purpose}]")
        if value is not None and value.lower() in YES | NO:
            words[FIELD_OF[purpose]] = value.lower() in YES
        elif value is not None:
            kept[f"x_consent_{purpose}"] = value[:MAX_VERSION]
    said = [purpose for purpose in PURPOSES if words.keys() & {FIELD_OF[purpose]}]
    if FIELD_OF[SALES_CONTACT] in fields and SALES_CONTACT not in said:
        said.append(SALES_CONTACT)
    if not said:
        return kept
    texts, versions = _proof(said, told, {each.purpose: each for each in asked})
    kept |= words | {name: version[:MAX_VERSION] for name, version in versions.items()}
    return _with_texts(kept, {name: text for name, text in texts.items() if text}, room)


def _proof(
    said: Sequence[str], told: Mapping[str, str], asked: Mapping[str, ConsentAsked]
) -> tuple[dict[str, str], dict[str, str]]:
    """Texts and versions by the name they are kept under: what the page says it showed, else what the form is to."""
    texts: dict[str, str] = {"consent_text": told.get("_consent_text", "")}
    versions: dict[str, str] = {"consent_version": told.get("_consent_version", "")}
    for purpose in said:
        ours = asked.get(purpose)
        text, version = told.get(f"_consent_text[{purpose}]", ""), told.get(f"_consent_version[{purpose}]", "")
        named = version or versions["consent_version"]
        if ours is not None and not (text or texts["consent_text"]) and named in ("", ours.version):
            text, version = ours.text, ours.version
        texts[f"consent_{purpose}_text"], versions[f"consent_{purpose}_version"] = text, version
    return texts, {name: version for name, version in versions.items() if version}


def _with_texts(fields: dict[str, Value], texts: Mapping[str, str], room: int) -> dict[str, Value]:
    exact = {name: text[:MAX_TEXT] for name, text in texts.items()}
    over = _size({**fields, **exact}) - room
    for name in reversed([name for name in fields if name.startswith("x_") and name != "x_cut"]):
        if over <= 0:
            break
        over -= _size({name: fields.pop(name)}) - _size({"x_cut": "more fields came than fit"})
        fields["x_cut"] = "more fields came than fit"
    fits = over <= 0
    if texts and (not fits or any(len(text) > MAX_TEXT for text in texts.values())):
        whole = "\n".join(texts[name] for name in sorted(texts))
        fields["consent_sha256"] = hashlib.sha256(whole.encode()).hexdigest()
    return {**fields, **exact} if fits else fields


def _size(fields: Mapping[str, Value]) -> int:
    return sum(len(name.encode()) + len(str(value).encode()) for name, value in fields.items())
