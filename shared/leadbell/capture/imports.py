"""People and companies known before Leadbell, or met outside the website: one row is one fact or a list of problems.

1. A row's event id is made of its person and its cells, never of the file, the line or the time. So the same row is the
   same fact, in a second run and in another file.
2. A stage that is earned by behaviour (iql, mql, sql) cannot be imported: no facts would support it, and an imported
   SQL would be an alert without a request.
3. A row with one problem is rejected as a whole, with all its problems; other rows are not affected.
4. Need, budget, authority and timing are not imported: together they would make an SQL.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from leadbell.capture.consent_fields import YES
from leadbell.capture.fact_fields import MAX_FACT_BYTES, fact_fields, size_of, with_names
from leadbell.capture.field_reading import Submission, read_submission
from leadbell.companies import RELATIONS, TARGET, Company, is_company
from leadbell.consents import PURPOSES
from leadbell.errors import InvalidSubmission, Problem
from leadbell.events import QUESTION, REQUEST, Fact, Trust, Value
from leadbell.field_names import meaning
from leadbell.formats import ASKED, count_of
from leadbell.identity import contact_id, read_dialled, read_email
from leadbell.keyed import Keyring
from leadbell.lifecycle.stages import Stage
from leadbell.own_words.meaning import with_meaning
from leadbell.typed import Typed
from leadbell.web.bodies import Body

# No sender's time is in a row, so each is filed under one day that never changes: that is what a repeat finds.
FILED_UNDER = date(1970, 1, 1)

STAGES = tuple(stage for stage in Stage if stage not in (Stage.PROSPECT, Stage.IQL, Stage.MQL, Stage.SQL))

# What may be asked of a rep, and what it means: the same as in the form of that kind.
ASKABLE: Mapping[str, str] = {word: QUESTION if word == QUESTION else REQUEST for word in ASKED}

_PERSON = frozenset(
    """
    email phone name first_name last_name company job_title company_size country region industry revenue website call_ok
    utm_source utm_medium utm_campaign
    """.split()  # noqa: SIM905  # reads better than a column of quotes
)
_CONSENT = ("consent_purpose", "consent_text", "consent_at", "consent_how")
_EXTRA: Mapping[str, tuple[str, ...]] = {
    "stage": ("lifecycle_stage",),
    "owner": ("contact_owner", "account_owner", "rep"),
    "utm_source": ("source", "lead_source", "original_source"),
    "relation": ("relationship",),
    "target_account": ("target", "named_account", "abm", "abm_target"),
    "known_at": ("created", "created_at", "create_date", "date_created", "date"),
    "consent_purpose": ("consent",),
    "consent_text": ("consent_wording",),
    "consent_at": ("consent_date", "consent_time", "consent_when"),
    "consent_how": ("consent_method", "consent_channel", "consent_source"),
    "domain": ("company_domain", "company_domain_name"),
    "reason": (),
}
_MEANT = {name: name for name in _EXTRA} | {other: name for name, others in _EXTRA.items() for other in others}


class RowKind(StrEnum):
    """What the rows of a file are about."""

    CONTACTS = "contacts"
    DOMAINS = "domains"
    SUPPRESSIONS = "suppressions"


COLUMNS: Mapping[RowKind, frozenset[str]] = {
    RowKind.CONTACTS: _PERSON | {"stage", "owner", "relation", "target_account", "known_at", *_CONSENT},
    RowKind.DOMAINS: frozenset({"domain", "relation", "target_account", "owner"}),
    RowKind.SUPPRESSIONS: frozenset({"email", "reason"}),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What reading a row needs from the service: its keys, its country for phone numbers, its reps."""

    keys: Keyring
    default_country: str
    reps: Collection[str]
    now: datetime


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """The contact a row is about, the fact that the row is, and what it was read from, where that says more."""

    contact_id: str
    fact: Fact
    typed: tuple[Typed, ...] = ()


class Firsts:
    """Which line of a file was the first about somebody. What another line says of them would win by chance."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, object]] = {}

    def check(self, whom: str, said: object, line: int, column: str) -> None:
        """Raises InvalidSubmission where an earlier line says something else of them; the same again is no harm."""
        number, first = self._seen.setdefault(whom, (line, said))
        if first != said:
            message = f"{column}: line {number:,} says something else of the same one; write one row for both"
            raise InvalidSubmission([Problem("TWICE_IN_FILE", column, message)])


def column(header: str, kind: RowKind) -> str:
    """Our name for a column, found by its usual names; empty where it is not read."""
    plain = re.sub(r"\s+", " ", header.strip().lower())
    spellings = (plain, plain.replace(" ", "_"), plain.replace(" ", "-"))
    found = next((_MEANT[each] for each in spellings if each in _MEANT), "") or meaning(header).attribute
    if kind is RowKind.DOMAINS and found == "website":
        found = "domain"
    return found if found in COLUMNS[kind] else ""


def read_contact(row: Mapping[str, str], about: Setting) -> KnownPerson:
    """The fact in a row (our column names, their cells); raises InvalidSubmission with every problem of the row."""
    cells = _cells(row)
    problems = [*_stage(cells), *_owner(cells, about.reps), *_relation(cells, RELATIONS[:4]), *_consent(cells, about)]
    problems += _made_numbers(cells)
    known_at = _time(cells, "known_at", about.now, problems) or about.now
    submission = _submission(cells, about, problems)
    if submission is None or problems:
        raise InvalidSubmission(problems)
    fields: dict[str, Value] = {**submission.fields, "stage": cells.get("stage", Stage.LEAD).lower()}
    fields |= {name: cells[name] for name in ("owner", *_CONSENT) if name in cells}
    fields |= {"relation": cells["relation"].lower()} if "relation" in cells else {}
    kept = fact_fields(fields)
    _check_size(kept)
    typed = () if kept == fields else submission.typed
    fact_id = row_id(submission.contact_id, cells)
    told = with_names(kept, typed)
    fact = Fact(fact_id, "contact.imported", min(known_at, about.now), about.now, Trust.VERIFIED, told)
    return KnownPerson(submission.contact_id, fact, typed)


def read_domain(row: Mapping[str, str], about: Setting) -> Company:
    """The company in a row; raises InvalidSubmission with every problem of the row."""
    cells = _cells(row)
    domain = _host(cells.get("domain", ""))
    problems = [*_owner(cells, about.reps), *_relation(cells, RELATIONS)]
    if not domain:
        problems.append(Problem("TYPE_DOMAIN", "domain", "domain: write the company's domain, such as acme.example"))
    elif not is_company(domain):
        problems.append(
            Problem(
                "NO_COMPANY",
                "domain",
                "domain: this is a free-mail, provider or university domain; write a company's own domain",
            )
        )
    if "relation" not in cells and "owner" not in cells:
        problems.append(
            Problem(
                "REQUIRED_FIELD_MISSING", "relation", f"relation: write one of {', '.join(RELATIONS)}, or name an owner"
            )
        )
    if problems:
        raise InvalidSubmission(problems)
    return Company(domain, cells.get("relation", RELATIONS[-1]).lower(), cells.get("owner", ""), about.now)


def _cells(row: Mapping[str, str]) -> dict[str, str]:
    """The cells that say something; a yes to `target_account` is the relation."""
    cells = {name: value.strip() for name, value in row.items() if value.strip()}
    if cells.pop("target_account", "").lower() in YES:
        cells.setdefault("relation", TARGET)
    return cells


def read_suppression(row: Mapping[str, str], about: Setting) -> tuple[str, str]:
    """The keyed hash of the address that is never to be mailed, and why; raises InvalidSubmission."""
    return contact_id(about.keys, email=read_email(row.get("email", ""))), row.get("reason", "").strip()[:200]


def met(pairs: Sequence[tuple[str, str]], how: str, asked: str, about: Setting) -> KnownPerson:
    """A lead met outside the website. The same details twice on one day are one fact; raises InvalidSubmission.

    A country or number that a form would keep as typed is a problem here: whoever types it can correct it.
    """
    problems: list[Problem] = []
    submission = _read(tuple(pairs), about, problems)
    if submission is not None:
        problems.extend(_phone(dict(pairs).get("phone", ""), submission.fields, about))
    if submission is None or problems:
        raise InvalidSubmission(problems)
    fields = with_meaning({**submission.fields, "stage": str(Stage.LEAD)}, (), about.now.date())
    if how:
        fields |= {"how": str(how), "utm_source": str(how)}
    if asked:
        fields |= {"asks": str(asked), "means": ASKABLE[asked]}
    said = {name: str(value) for name, value in fields.items()} | {"on": about.now.date().isoformat()}
    fact_id = row_id(submission.contact_id, said)
    told = with_names(fact_fields(fields), submission.typed)
    fact = Fact(fact_id, "contact.added", about.now, about.now, Trust.VERIFIED, told)
    return KnownPerson(submission.contact_id, fact, submission.typed)


def row_id(contact: str, cells: Mapping[str, str]) -> str:
    """The event id of what is said of somebody: the same words, the same id."""
    text = json.dumps([contact, sorted(cells.items())], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _submission(cells: Mapping[str, str], about: Setting, problems: list[Problem]) -> Submission | None:
    """The person's attributes, read as those of a form are; what a form keeps as given is a problem here."""
    found = _read(tuple((name, value) for name, value in cells.items() if name in _PERSON), about, problems)
    if found is None:
        return None
    if {"company_size", "x_company_size"} & found.fields.keys() and "employees" not in found.fields:
        problems.append(Problem("TYPE_SIZE", "company_size", "company_size: write a number or a range, such as 50-200"))
    return found


def _read(pairs: tuple[tuple[str, str], ...], about: Setting, problems: list[Problem]) -> Submission | None:
    try:
        found = read_submission(Body(pairs), about.keys, about.default_country)
    except InvalidSubmission as error:
        problems.extend(error.problems)
        return None
    if found.fields.pop("x_country", "") and "country" not in found.fields:
        message = "country: not a country that is known; use a two-letter code or the English name"
        problems.append(Problem("TYPE_COUNTRY", "country", message))
    return found


def _phone(typed: str, fields: Mapping[str, Value], about: Setting) -> Iterator[Problem]:
    """A number that nobody can call. One without its country code is stored as typed where the service has no
    country."""
    as_typed = not about.default_country and not typed.strip().startswith("+") and read_dialled(typed)
    if typed and "phone_e164" not in fields and not as_typed:
        message = "phone: not a number that can be called; write it with its country code, such as +46 8 123 45 67"
        yield Problem("TYPE_PHONE", "phone", message)


# What a spreadsheet makes of a long number.
_SHORTENED = re.compile(r"[+-]?\d(?:[.,]\d+)?e[+-]?\d+", re.IGNORECASE)
_DECIMAL = re.compile(r"\d{6,}[.,]0+")


def _made_numbers(cells: Mapping[str, str]) -> Iterator[Problem]:
    """Cells in which a spreadsheet changed what stood there: digits may be lost, and nobody would see it."""
    for name in ("phone", "company_size", "revenue"):
        cell = cells.get(name, "")
        if _SHORTENED.fullmatch(cell) or (name == "phone" and _DECIMAL.fullmatch(cell)):
            message = f"{name}: a spreadsheet changed this number; format its column as text and fill in the cell again"
            yield Problem("CHANGED_NUMBER", name, message)


def _stage(cells: Mapping[str, str]) -> Iterator[Problem]:
    stage = cells.get("stage", Stage.LEAD).lower()
    if stage in (Stage.IQL, Stage.MQL, Stage.SQL):
        message = f"stage: {stage} is earned by behaviour and cannot be imported; write lead"
        yield Problem("EARNED_STAGE", "stage", message)
    elif stage not in STAGES and not (stage == Stage.PROSPECT and cells.get("relation", "").lower() == TARGET):
        yield Problem(
            "UNKNOWN_STAGE", "stage", f"stage: not a stage that can be imported; use one of {', '.join(STAGES)}"
        )


def _owner(cells: Mapping[str, str], reps: Collection[str]) -> Iterator[Problem]:
    if "owner" in cells and cells["owner"] not in reps:
        fix = (
            f"use one of {', '.join(sorted(reps))}"
            if reps
            else "add the rep first: leadbell reps add ID --email ADDRESS"
        )
        yield Problem("UNKNOWN_REP", "owner", f"owner: no rep has this id; {fix}")


def _relation(cells: Mapping[str, str], allowed: Sequence[str]) -> Iterator[Problem]:
    if "relation" in cells and cells["relation"].lower() not in allowed:
        yield Problem("UNKNOWN_RELATION", "relation", f"relation: use one of {', '.join(allowed)}")


def _consent(cells: dict[str, str], about: Setting) -> list[Problem]:
    """Consent without its whole proof is none: to what, in which words, when and how."""
    given = [name for name in _CONSENT if name in cells]
    problems: list[Problem] = []
    if given and (missing := [name for name in _CONSENT if name not in cells]):
        message = f"{missing[0]}: consent needs proof; fill in {', '.join(missing)} too"
        problems.append(Problem("CONSENT_WITHOUT_PROOF", missing[0], message))
    if "consent_purpose" in cells and cells["consent_purpose"].lower() not in PURPOSES:
        message = f"consent_purpose: unknown purpose; use one of {', '.join(PURPOSES)}"
        problems.append(Problem("UNKNOWN_PURPOSE", "consent_purpose", message))
    elif "consent_purpose" in cells:
        cells["consent_purpose"] = cells["consent_purpose"].lower()
    at = _time(cells, "consent_at", about.now, problems)
    if at is not None:
        cells["consent_at"] = at.isoformat()
    return problems


def _time(cells: Mapping[str, str], name: str, now: datetime, problems: list[Problem]) -> datetime | None:
    if name not in cells:
        return None
    try:
        at = datetime.fromisoformat(cells[name])
    except ValueError:
        problems.append(Problem("TYPE_TIME", name, f"{name}: not a date; write it as {now.date().isoformat()}"))
        return None
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    if at > now:
        problems.append(Problem("FUTURE", name, f"{name}: the date is in the future; write today or an earlier day"))
    return at


def _host(text: str) -> str:
    """The bare host of a domain, an address of a page or an e-mail address; empty where it is none of them."""
    host = re.sub(r"^(https?://)?(www\.)?", "", text.strip().lower()).partition("/")[0].rpartition("@")[2]
    try:
        return read_email(f"info@{host}").domain
    except InvalidSubmission:
        return ""


def _check_size(fields: Mapping[str, Value]) -> None:
    over = size_of(fields) - MAX_FACT_BYTES
    if over > 0:
        longest = max(fields, key=lambda name: len(str(fields[name]).encode()))
        message = f"{longest}: too long; shorten it by {count_of(over, 'character')}"
        raise InvalidSubmission([Problem("INPUT_TOO_LARGE", longest, message)])
