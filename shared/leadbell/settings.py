"""What each function reads from its environment: checked once, when the function starts.

A resource's name has no default, so a missing one fails the first start and not the first lead that needs it. Only
the functions' `app.py` import this module; the rest of the package receives values. The classes are plain, without a
parser behind them: building one would take longer than all that a function does at its start.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, Self

from leadbell.errors import InvalidSettings


class Variable(NamedTuple):
    """A variable of the environment: text of this `pattern`, and where it is a number, its bounds."""

    name: str
    pattern: str = ".*"
    value_of: Callable[[str], Any] = str
    least: int = 0
    most: int = 0

    def read(self, text: str | None) -> Any:
        """The value in `text`; raises ValueError saying what is wrong, and never what was found: some are secret."""
        if text is None:
            raise ValueError("is missing")
        if not re.fullmatch(self.pattern, text, re.DOTALL):
            raise ValueError(f"does not match {self.pattern}")
        value = self.value_of(text)
        if self.most and not self.least <= value <= self.most:
            raise ValueError(f"is not between {self.least} and {self.most}")
        return value


def _integer(name: str, least: int, most: int) -> Variable:
    return Variable(name, "[0-9]{1,9}", int, least, most)


def _origins(text: str) -> tuple[str, ...]:
    return tuple(origin.strip().rstrip("/") for origin in text.split(",") if origin.strip())


_NAME = ".+"
_URL = "https?://.*"

# Variables that several functions read.
ATTACHMENT_BUCKET = Variable("ATTACHMENT_BUCKET", _NAME)
COMPANY_NAME = Variable("COMPANY_NAME")
PUBLIC_URL = Variable("PUBLIC_URL", "https?://.*[^/]")
SENDER_EMAIL = Variable("SENDER_EMAIL", r"|[^@\s]+@[^@\s]+")


def _read(variable: Variable) -> Any:
    return field(metadata={"variable": variable})


@dataclass(frozen=True, eq=False, repr=False)
class Environment:
    """What every function reads. No class here has a `repr` of its values: the environment holds secrets."""

    table_name: str = _read(Variable("TABLE_NAME", _NAME))

    @classmethod
    def variables(cls) -> Iterator[tuple[str, Variable]]:
        """The name of each field, and the variable that it is read from."""
        for each in fields(cls):
            yield each.name, each.metadata["variable"]

    @classmethod
    def from_env(cls) -> Self:
        """The settings of this function; raises InvalidSettings naming every variable that is missing or wrong."""
        values: dict[str, Any] = {}
        wrong: list[str] = []
        for name, variable in cls.variables():
            try:
                values[name] = variable.read(os.environ.get(variable.name))
            except ValueError as error:
                wrong.append(f"{variable.name} {error}")
        if wrong:
            raise InvalidSettings("; ".join(wrong))
        return cls(**values)


@dataclass(frozen=True, eq=False, repr=False)
class Settings(Environment):
    """What every function reads that knows who a contact is. The salt keys ids and links; it never changes."""

    contact_salt: str = _read(Variable("CONTACT_SALT", ".{16,}"))


@dataclass(frozen=True, eq=False, repr=False)
class DoorSettings(Settings):
    """What the public doors read."""

    site_origins: tuple[str, ...] = _read(Variable("SITE_ORIGINS", value_of=_origins))
    default_country: str = _read(Variable("DEFAULT_COUNTRY", "([A-Z]{2})?"))
    # Empty where nobody named one: a function with a route cannot be told the address that AWS gives the API.
    public_url: str = _read(Variable("PUBLIC_URL", "|https?://.*[^/]"))
    company_name: str = _read(COMPANY_NAME)
    limit_factor: int = _read(_integer("LIMIT_FACTOR", 1, 100_000))
    turnstile_secret: str = _read(Variable("TURNSTILE_SECRET"))
    turnstile_url: str = _read(Variable("TURNSTILE_URL", _URL))


@dataclass(frozen=True, eq=False, repr=False)
class MailingDoorSettings(DoorSettings):
    """What doors that promise a mail read on top of that. Without a sender none is promised."""

    sender_email: str = _read(SENDER_EMAIL)


@dataclass(frozen=True, eq=False, repr=False)
class DownloadsSettings(MailingDoorSettings):
    """What the download door reads on top of that."""

    asset_bucket: str = _read(Variable("ASSET_BUCKET", _NAME))
    # A signed link ends with the credentials that signed it, and AWS does not say how long a function's are good for.
    link_seconds: int = _read(_integer("LINK_SECONDS", 60, 3600))


@dataclass(frozen=True, eq=False, repr=False)
class FormsSettings(MailingDoorSettings):
    """What the forms' door reads on top of that."""

    attachment_bucket: str = _read(ATTACHMENT_BUCKET)


@dataclass(frozen=True, eq=False, repr=False)
class ConsentSettings(Settings):
    """What the pages behind links in mails to visitors read."""

    company_name: str = _read(COMPANY_NAME)


@dataclass(frozen=True, eq=False, repr=False)
class PostSettings(Settings):
    """What sending mails to visitors reads; without a sender none are sent."""

    public_url: str = _read(PUBLIC_URL)
    sender_email: str = _read(SENDER_EMAIL)
    company_name: str = _read(COMPANY_NAME)


@dataclass(frozen=True, eq=False, repr=False)
class ScoreSettings(Settings):
    """What scoring reads."""

    public_url: str = _read(PUBLIC_URL)


@dataclass(frozen=True, eq=False, repr=False)
class NotifySettings(PostSettings):
    """What sending reads; the salt keys the turns of the addresses it sends to."""

    default_inbox_topic_arn: str = _read(Variable("DEFAULT_INBOX_TOPIC_ARN", "arn:.*"))


@dataclass(frozen=True, eq=False, repr=False)
class SweepSettings(NotifySettings):
    """What the sweep reads: scoring's and sending's."""

    receipt_queue_url: str = _read(Variable("RECEIPT_QUEUE_URL", _URL))


@dataclass(frozen=True, eq=False, repr=False)
class SalesSettings(Settings):
    """What the page behind an alert's link reads."""

    company_name: str = _read(COMPANY_NAME)
    attachment_bucket: str = _read(ATTACHMENT_BUCKET)
