"""Reads the fields of a form: who the sender is, their attributes, and their message.

Sites name their fields as they like. `field_names` knows the usual names, `field_values` what a value can be, and
`field_sorting` decides with both. Unrecognised fields are stored as `x_<name>`. Nothing is too long here: `fact_fields`
says what of it a fact holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadbell.capture.consent_fields import read_tick
from leadbell.capture.field_checks import our_names, wrong_fields
from leadbell.capture.field_sorting import sorted_fields
from leadbell.capture.person_names import PARTS
from leadbell.countries import country_code
from leadbell.errors import InvalidSubmission, NotFound, Problem
from leadbell.events import Value
from leadbell.field_names import FORM, VISITOR
from leadbell.forms.config import FormField
from leadbell.identity import Email, contact_id, read_dialled, read_email, read_phone, read_visitor
from leadbell.keyed import Keyring
from leadbell.own_words.company_sizes import least_employees
from leadbell.own_words.revenues import least_millions
from leadbell.typed import Typed
from leadbell.web.bodies import Body, Pairs, control


@dataclass(frozen=True, slots=True)
class Submission:
    """Who sent something and what it says, ready to become a fact. `mailbox` is what limits count its sender by.

    `typed` is every value that the visitor gave, as typed; `fields` is what was read from them.
    """

    contact_id: str
    fields: dict[str, Value]
    mailbox: str
    typed: tuple[Typed, ...] = ()


def named_form(pairs: Pairs) -> str:
    """The form that a submission names itself; raises NotFound where it names none."""
    name = control(pairs, *FORM)
    if not name:
        raise NotFound("the form is not named: send its id as form-name or access_key", "FORM_NOT_FOUND")
    return name


def read_submission(
    body: Body,
    keys: Keyring,
    default_country: str = "",
    *,
    need_email: bool = False,
    form_fields: Sequence[FormField] = (),
) -> Submission:
    """Who and what; raises InvalidSubmission with one Problem per field that has to change.

    `form_fields` is what the form's owner says about its fields.
    """
    own = our_names(form_fields)
    found = sorted_fields(body.pairs, own)
    unknown = found.unknown
    fields: dict[str, Value] = {name: value for name, value in found.known.items() if name not in PARTS}
    if found.name:
        fields["name"] = found.name
    given = set(fields)
    _add_company_facts(fields)
    problems = list(wrong_fields(form_fields, body, given, _country(fields, default_country)))
    email = _email(fields, problems)
    phone = _phone(fields, default_country)
    if email is None and not problems and (need_email or phone is None):
        problems.append(_unreachable(fields, need_email=need_email))
    if problems:
        raise InvalidSubmission(problems)
    if visitor := read_visitor(control(body.pairs, *VISITOR)):
        fields["visitor"] = visitor
    fields |= {f"x_{name}": value for name, value in unknown.items()}
    who = contact_id(keys, email=email, phone=phone)
    return Submission(who, fields, email.mailbox if email else who, found.typed)


def _add_company_facts(fields: dict[str, Value]) -> None:
    if employees := least_employees(str(fields.get("company_size", ""))):
        fields["employees"] = employees
    if millions := least_millions(str(fields.get("revenue", ""))):
        fields["revenue_millions"] = millions
    if "call_ok" in fields:
        tick = read_tick(str(fields.pop("call_ok")))
        fields |= {} if tick is None else {"call_ok": tick}
    _keep_or_move(fields, "country", country_code(str(fields.get("country", ""))))


def _keep_or_move(fields: dict[str, Value], name: str, ours: str) -> None:
    """Puts our own word in the place of theirs, which stays beside it as their own words."""
    theirs = fields.pop(name, "")
    if ours:
        fields[name] = ours
    if theirs and theirs != ours:
        fields[f"x_{name}"] = theirs


def _email(fields: dict[str, Value], problems: list[Problem]) -> Email | None:
    if "email" not in fields:
        return None
    try:
        email = read_email(str(fields["email"]))
    except InvalidSubmission as error:
        if not any(problem.code == "TYPE_EMAIL" for problem in problems):  # the form's own check may have said so
            problems.extend(error.problems)
        return None
    fields["email"] = email.original
    return email


def _phone(fields: dict[str, Value], default_country: str) -> str | None:
    if "phone" not in fields:
        return None
    country = _country(fields, default_country)
    phone = read_phone(str(fields["phone"]), country)
    if phone is not None:
        fields["phone_e164"] = phone
    elif not country:
        return read_dialled(str(fields["phone"])) or None
    return phone


def _country(fields: Mapping[str, Value], default: str) -> str:
    """The country whose numbers they are likely to write without its code."""
    country = str(fields.get("country", ""))
    return country if len(country) == 2 else default


def _unreachable(fields: Mapping[str, Value], *, need_email: bool) -> Problem:
    if not need_email and "phone" in fields:
        return Problem(
            "TYPE_PHONE",
            "phone",
            "phone: enter the number with its country code, such as +46 8 123 45 67, or an e-mail address",
        )
    return Problem(
        "REQUIRED_FIELD_MISSING",
        "email",
        "email: enter an e-mail address" + ("" if need_email else " or a phone number so that we can reply"),
    )
