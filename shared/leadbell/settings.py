"""What each function reads from its environment: checked once, when the function starts.

A resource's name has no default, so a missing one fails the first start and not the first lead that needs it. Only
the functions' `app.py` import this module; the rest of the package receives values. The classes are plain, without a
parser behind them: building one takes longer than most of what a function does at its start.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

from leadbell.brand import Brand
from leadbell.errors import InvalidSettings


class Variable[Value]:
    """A variable of the environment: text of this `pattern`, and where it is a number, its bounds.

    In a class of settings it is the attribute that holds its value.
    """

    def __init__(
        self, name: str, value_of: Callable[[str], Value], pattern: str = ".*", least: int = 0, most: int = 0
    ) -> None:
        self.name, self.value_of, self.pattern, self.least, self.most = name, value_of, pattern, least, most

    def __get__(self, settings: "Environment", kind: type) -> Value:
        value: Value = settings._values[self.name]
        return value

    def __set__(self, settings: "Environment", value: Value) -> None:
        raise AttributeError("settings are what they were at the start")

    def read(self, text: str | None) -> Value:
        """The value in `text`; raises ValueError saying what is wrong, and never what was found: some are secret."""
        if text is None:
            raise ValueError("is missing")
        if not re.fullmatch(self.pattern, text, re.DOTALL):
            raise ValueError(f"does not match {self.pattern}")
        value = self.value_of(text)
        if isinstance(value, int) and not self.least <= value <= self.most:
            raise ValueError(f"is not between {self.least} and {self.most}")
        return value


def _text(name: str, pattern: str = ".*") -> Variable[str]:
    return Variable(name, str, pattern)


def _integer(name: str, least: int, most: int) -> Variable[int]:
    return Variable(name, int, "[0-9]{1,9}", least, most)


def _origins(text: str) -> tuple[str, ...]:
    return tuple(origin.strip().rstrip("/") for origin in text.split(",") if origin.strip())


_NAME = ".+"
_URL = "https?://.*"
_SHOWN = r'|https://[^\s;,<>"]+'  # on pages, and of a logo in their policy of what may be loaded

# Variables that several functions read.
ATTACHMENT_BUCKET = _text("ATTACHMENT_BUCKET", _NAME)
PUBLIC_URL = _text("PUBLIC_URL", "https?://.*[^/]")
SENDER_EMAIL = _text("SENDER_EMAIL", r"|[^@\s]+@[^@\s]+")


class Environment:
    """What every function reads. It has no `repr` of its values: the environment holds secrets."""

    table_name = _text("TABLE_NAME", _NAME)

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._values, wrong = dict[str, Any](), list[str]()
        for _, variable in self.variables():
            try:
                self._values[variable.name] = variable.read(environment.get(variable.name))
            except ValueError as error:
                wrong.append(f"{variable.name} {error}")
        if wrong:
            raise InvalidSettings("; ".join(wrong))

    @classmethod
    def variables(cls) -> Iterator[tuple[str, Variable[Any]]]:
        """All that this function reads, by the name of the setting."""
        for each in reversed(cls.__mro__):
            yield from (entry for entry in vars(each).items() if isinstance(entry[1], Variable))

    @classmethod
    def from_env(cls) -> Self:
        """The settings of this function; raises InvalidSettings naming every variable that is missing or wrong."""
        return cls(os.environ)


class BrandSettings(Environment):
    """What is shown of the company whose website it is."""

    company_name = _text("COMPANY_NAME")
    site_url = _text("SITE_URL", _SHOWN)
    logo_url = _text("LOGO_URL", _SHOWN)
    privacy_url = _text("PRIVACY_URL", _SHOWN)

    @property
    def brand(self) -> Brand:
        """The same as one value."""
        return Brand(self.company_name, self.site_url, self.logo_url, self.privacy_url)


class DoorSettings(BrandSettings):
    """What the public doors read."""

    site_origins = Variable("SITE_ORIGINS", _origins)
    default_country = _text("DEFAULT_COUNTRY", "([A-Z]{2})?")
    # Empty where nobody named one: a function with a route cannot be told the address that AWS gives the API.
    public_url = _text("PUBLIC_URL", "|https?://.*[^/]")
    limit_factor = _integer("LIMIT_FACTOR", 1, 100_000)
    proxy_secret = _text("PROXY_SECRET", "|.{16,}")
    turnstile_secret = _text("TURNSTILE_SECRET")
    turnstile_url = _text("TURNSTILE_URL", _URL)


class MailingDoorSettings(DoorSettings):
    """What doors that promise a mail read on top of that. Without a sender none is promised."""

    sender_email = SENDER_EMAIL


class DownloadsSettings(MailingDoorSettings):
    """What the download door reads on top of that."""

    asset_bucket = _text("ASSET_BUCKET", _NAME)
    # A signed link ends with the credentials that signed it, and AWS does not say how long a function's are good for.
    link_seconds = _integer("LINK_SECONDS", 60, 3600)


class FormsSettings(MailingDoorSettings):
    """What the forms' door reads on top of that."""

    attachment_bucket = ATTACHMENT_BUCKET


class ConsentSettings(BrandSettings):
    """What the pages behind links in mails to visitors read."""


class PostSettings(BrandSettings):
    """What sending mails to visitors reads; without a sender none are sent."""

    public_url = PUBLIC_URL
    sender_email = SENDER_EMAIL
    first_mails_per_day = _integer("FIRST_MAILS_PER_DAY", 1, 1_000_000)


class ScoreSettings(Environment):
    """What scoring reads."""

    public_url = PUBLIC_URL


class NotifySettings(PostSettings):
    """What sending reads."""

    default_inbox_topic_arn = _text("DEFAULT_INBOX_TOPIC_ARN", "arn:.*")


class SweepSettings(NotifySettings):
    """What the sweep reads: scoring's and sending's."""

    receipt_queue_url = _text("RECEIPT_QUEUE_URL", _URL)


class SalesSettings(BrandSettings):
    """What the page behind an alert's link reads."""

    attachment_bucket = ATTACHMENT_BUCKET
