"""Every error Leadbell raises on purpose, drawn once.

LeadbellError
├── Rejected                 the caller must change something; trying again as is cannot help
│   ├── InvalidSubmission    fields of a form are missing or wrong; carries one Problem per field
│   ├── Malformed            a body that cannot be read as what it says it is
│   ├── TooLarge             a body over the limit
│   ├── UnsupportedType      a content type no door reads
│   ├── WrongMethod          an address that takes posts only; carries what it takes
│   ├── NotFound             no such form, asset, contact or link
│   ├── FileMissing          a download whose file is not in the bucket
│   ├── Ambiguous            what was named stands for several
│   ├── FormClosed           a form that takes nothing more
│   ├── NotAllowed           what a form's owner does not take, or not from there; carries which
│   ├── TooManyRequests      over a limit; carries the seconds until there is room again
│   ├── IdempotencyConflict  a key used before, for another body
│   ├── InvalidFact          a fact of an unknown type, or without what its type needs
│   ├── Unstorable           what DynamoDB will not take as it is: a bug of ours, or an item grown too large
│   ├── UnknownItem          an item of the table that this version does not know
│   ├── InvalidModel         a scoring model that cannot be used; names the place and the fix
│   ├── InvalidForms         a forms file that cannot be used; likewise
│   ├── InvalidSettings      variables of a function that are missing or wrong; names each
│   ├── UnknownRep           an id that no rep has; carries those there are
│   ├── IllegalMove          a stage change that the transition table does not allow
│   └── AlreadyAnswered      another outcome is recorded; names it
│       └── AlreadyAccepted  another rep has accepted the lead; carries who and when
├── Conflict                 somebody else wrote first; read again and decide again
└── Unavailable              a service we depend on failed; the same call may work later
    └── NotWrittenDown       nothing was done about somebody, since the audit could not be written first

Foreign errors are translated once, where they enter (`table`, `outbox.sns`, `outbox.ses`, `capture.attachments`,
`identity`, `web.bodies`), and mapped to an answer once, at the edge (`web.refusals` for HTTP, the handlers of `score`
and `notify` for batches).
No message carries personal data: ids, field names and limits only.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leadbell.formats import count_of


class LeadbellError(Exception):
    """The root: catch this and nothing broader."""


class Rejected(LeadbellError):
    """The caller must change something."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field, in words its sender can act on.

    `label` is what the form's owner calls the field, `options` what it may hold.
    """

    code: str
    field: str
    message: str
    label: str = dataclasses.field(default="", compare=False)
    options: tuple[str, ...] = dataclasses.field(default=(), compare=False)


class InvalidSubmission(Rejected):
    """One or more fields are missing or wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = tuple(problems)


class Malformed(Rejected):
    """The body cannot be read as what it says it is."""

    def __init__(self, message: str, code: str = "MALFORMED") -> None:
        super().__init__(message)
        self.code = code


class TooLarge(Rejected):
    """The body is over the limit."""


class UnsupportedType(Rejected):
    """No door reads this content type."""


class WrongMethod(Rejected):
    """The address takes other methods; `allowed` is the value of the Allow header."""

    def __init__(self, message: str, allowed: str) -> None:
        super().__init__(message)
        self.allowed = allowed


class NotFound(Rejected):
    """No such form, asset, contact or link."""

    def __init__(self, message: str, code: str = "NOT_FOUND") -> None:
        super().__init__(message)
        self.code = code


class FileMissing(Rejected):
    """A download whose file its owner has not uploaded."""

    def __init__(self, asset_id: str) -> None:
        super().__init__(f"the file of the download {asset_id} is missing")


class Ambiguous(Rejected):
    """What was named stands for several."""


class FormClosed(Rejected):
    """The form takes nothing more."""


class NotAllowed(Rejected):
    """The form's owner does not take this, or not from there."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class TooManyRequests(Rejected):
    """Over a limit; in `retry_after` seconds there is room again."""

    def __init__(self, retry_after: int) -> None:
        wait = count_of(retry_after, "second")
        super().__init__(f"too many submissions from your network address; wait {wait}, then send it again")
        self.retry_after = retry_after


class IdempotencyConflict(Rejected):
    """The key was used before, for another body."""


class InvalidFact(Rejected):
    """A fact of an unknown type, or without what its type needs."""


class Unstorable(Rejected):
    """DynamoDB will not take this as it is."""


class UnknownItem(Rejected):
    """An item of the table that this version does not know, so that nobody can say what it holds."""


class InvalidModel(Rejected):
    """A scoring model that cannot be used."""


class InvalidForms(Rejected):
    """A forms file that cannot be used."""


class InvalidSettings(Rejected):
    """Variables of a function's environment are missing or wrong."""


class UnknownRep(Rejected):
    """Nobody in sales has this id."""

    def __init__(self, rep_id: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no rep {rep_id}")
        self.rep_id, self.known = rep_id, tuple(known)


class IllegalMove(Rejected):
    """A stage change that the transition table does not allow."""


class AlreadyAnswered(Rejected):
    """Another outcome is recorded already, and it stays."""


class AlreadyAccepted(AlreadyAnswered):
    """Another rep has accepted the lead, and keeps it: `by` whom and `at` what time."""

    def __init__(self, by: str, at: datetime) -> None:
        super().__init__(f"{by} has already accepted this lead")
        self.by, self.at = by, at


class Conflict(LeadbellError):
    """Somebody else wrote first."""


class Unavailable(LeadbellError):
    """A service we depend on failed; `maybe_done` says that the call may have taken effect."""

    def __init__(self, message: str, *, maybe_done: bool = False) -> None:
        super().__init__(message)
        self.maybe_done = maybe_done


class NotWrittenDown(Unavailable):
    """Nothing was done, since the audit could not be written first."""
