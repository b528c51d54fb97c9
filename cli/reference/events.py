"""What can be stored of a contact: the types of events, and which names of form fields are read as what."""

from pathlib import Path

from cli.reference.tables import code, codes, sentence, table
from leadbell.capture.consent_fields import NO, YES
from leadbell.consents import PURPOSES
from leadbell.events import FACT_TYPES
from leadbell.field_names import ERROR_REDIRECT, FORM, HONEYPOTS, LANGUAGE, OURS, PROOFS, REDIRECT, RESERVED, VISITOR
from leadbell.profile import SOURCE_FIELDS
from leadbell.scoring.vocabulary import FACT_FIELDS, PROFILE_FIELDS
from leadbell.translations import LANGUAGES

DAYS_OF_A_YEAR = 365
NAMES_SHOWN = 8


def types(_: Path) -> str:
    """Each type of event, in words, and for how long one counts."""
    rows = [(code(name), kind.label, _kept(kind.retention_days)) for name, kind in FACT_TYPES.items()]
    return table(("Event", "In words", "Stored for"), rows)


def _kept(days: int | None) -> str:
    if days is None:
        return "as long as the contact"
    years, rest = divmod(days, DAYS_OF_A_YEAR)
    return f"{years} years" if years > 1 and not rest else f"{days} days"


def attributes(_: Path) -> str:
    """What a field's name means, by some of the names that mean the same."""
    rows = []
    for ours in dict.fromkeys(OURS.values()):
        names = [name for name, to in OURS.items() if to == ours]
        more = f" and {len(names) - NAMES_SHOWN:,} more" if len(names) > NAMES_SHOWN else ""
        rows.append((code(ours), f"{codes(names[:NAMES_SHOWN])}{more}"))
    return table(("Attribute", "Names of fields"), rows)


def instructions(_: Path) -> str:
    """Fields that say something to Leadbell instead of about a person."""
    told = (
        (REDIRECT, "the page a browser is sent to afterwards"),
        (ERROR_REDIRECT, "the page a browser is sent to if fields are invalid"),
        (LANGUAGE, f"the language of our answers: {codes(LANGUAGES)}"),
        (VISITOR, "the id that the browser keeps for its visitor: 8 to 64 letters, digits, `-` and `_`"),
        (FORM, "the form's name, where its address does not say it"),
        (("_idempotency",), "the sender's own id of the submission, as the header `Idempotency-Key`"),
        (HONEYPOTS, "must stay empty: a submission that fills it in looks automated"),
        (sorted(PROOFS), "proofs of the page: when it was shown, and that a person uses it"),
    )
    known = {name for names, _ in told for name in names}
    rows = [(codes(names), sentence(f"{words[0].upper()}{words[1:]}")) for names, words in told]
    return table(("Names of fields", "What they say"), [*rows, (codes(sorted(RESERVED - known)), "Ignored.")])


def consents(_: Path) -> str:
    """How a form says a consent."""
    rows = [(code(f"_consent[{purpose}]"), code(f"_consent_text[{purpose}]")) for purpose in PURPOSES]
    said = f"Yes: {codes(sorted(YES))}. No: {codes(sorted(NO))}. Upper and lower case are the same."
    return f"{table(('Box', 'The words beside it'), rows)}\n\n{said}"


def in_conditions(_: Path) -> str:
    """What a condition of the model file can name."""
    rows = (
        ("A contact: personas, vetoes, `bant`", codes(sorted(PROFILE_FIELDS))),
        ("An event: interest rules, product acts, questions, requests", codes(sorted(FACT_FIELDS))),
    )
    return table(("Conditions on", "Fields"), rows)


def sources(_: Path) -> str:
    """The fields by which it is known where somebody came from."""
    return codes(SOURCE_FIELDS)
