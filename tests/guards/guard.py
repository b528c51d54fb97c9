"""What a guard is: some code that holds up a law, and the tests that fail without it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.guards.edits import Edits, Moved, in_python, in_text

UNIT = "tests/unit/"
WHOLE = "tests/integration/"
PROOF = "tests/proof/"


class Law(StrEnum):
    """The laws of CONTRIBUTING.md, in short."""

    STORED = "nothing acknowledged is lost"
    RETRY = "a retry is the same fact"
    FUNCTION = "numbers follow from facts alone"
    LOG = "each move is decided once"
    REASONS = "the number equals its reasons"
    ONE_ALERT = "one qualification, one alert"
    TABLE = "a stage moves by one table"
    HEARD = "who writes is heard once"
    GET = "GET moves nothing"
    WORDS = "visitors' words are data"
    UNKNOWN = "unknown is an error"
    OBJECTION = "objection ends profiling"
    PROVES = "a form proves only that somebody typed an address"
    ERASED = "what was erased stays gone"
    ABUSE = "an attacker gets nowhere"
    KNOWN = "what is kept of a person is known, and who did what with it"
    SECRET = "the service knows its own secret"
    WHOLE = "what people write arrives whole"
    MAILED = "a visitor is mailed once, and only who may be"


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard. Its place is a module and a name in it, as in `leadbell.contacts.store:Contacts.save`, or a text file.

    The tests are the smallest set that notices: quick ones first.
    """

    name: str
    law: Law
    place: str
    edits: Edits
    tests: tuple[str, ...]

    @property
    def file(self) -> str:
        """Where the guard stands in the checkout."""
        module, colon, _ = self.place.partition(":")
        if not colon:
            return self.place
        return f"{'shared/' if module.startswith('leadbell.') else ''}{module.replace('.', '/')}.py"

    def taken_out(self, checkout: Path) -> str:
        """Its file in a checkout without the guard; raises Moved where it does not stand there exactly once."""
        _, colon, name = self.place.partition(":")
        try:
            source = (checkout / self.file).read_text(encoding="utf-8")
            return in_python(source, name, self.edits) if colon else in_text(source, self.edits)
        except (FileNotFoundError, Moved) as error:
            raise Moved(f'"{self.name}": the guard moved: tell the list where. {self.place}: {error}') from None


def guard(name: str, law: Law, place: str, edits: Edits, *tests: str) -> Guard:
    """A line of the list."""
    return Guard(name, law, place, edits, tests)
