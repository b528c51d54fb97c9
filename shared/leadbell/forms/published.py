"""The forms in force, and those before them, in the table: as doors read them, and as an operator publishes them.

`publications` says how some are put in force.
"""

import json
from datetime import datetime, timedelta

from leadbell.errors import Unavailable
from leadbell.forms.config import PACKAGED, FormsConfig
from leadbell.publications import CACHE_FOR, Publication, Publications
from leadbell.table import Table

FORMS_NAME = "forms"
PACKAGED_VERSION = "packaged"


class PublishedForms:
    """The published forms in the table."""

    def __init__(self, table: Table) -> None:
        self._kept = Publications(table, FORMS_NAME)

    def active(self) -> FormsConfig:
        """The forms in force, read strongly; those that ship with Leadbell until the first publication.

        Raises Unavailable where some are stored that this code cannot read: what is sent then is to be sent again, and
        not taken in by other rules.
        """
        item = self._kept.active()
        if item is None:
            return PACKAGED
        try:
            return FormsConfig.from_plain(item["version"], json.loads(item["forms"]))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Unavailable(f"the published forms cannot be read: {type(error).__name__}") from error

    def text(self, version: str) -> str:
        """The file that was published under this version, remarks and all; empty where none is kept."""
        return self._kept.text(version)

    def number(self) -> int:
        """How many were published: the number of the one in force, readable or not; 0 where none is."""
        return self._kept.number()

    def publish(self, config: FormsConfig, seen: int, by: str, at: datetime, text: str) -> Publication:
        """Puts the forms in force; raises Conflict where others were published after `seen`, the last number read."""
        packaged = (PACKAGED_VERSION, json.dumps(PACKAGED.plain()))
        said = (config.version, json.dumps(config.plain(), ensure_ascii=False), text)
        return self._kept.publish(said, packaged, seen, by, at)

    def history(self) -> list[Publication]:
        """All publications, the latest first."""
        return self._kept.history()


class ActiveForms:
    """The same for a door: read again after half a minute, that late it learns of a publication."""

    def __init__(self, table: Table) -> None:
        self._published = PublishedForms(table)
        self._read: tuple[datetime, FormsConfig] | None = None

    def active(self, now: datetime) -> FormsConfig:
        """The forms in force, up to half a minute late; raises as `PublishedForms` does."""
        if self._read is None or not timedelta() <= now - self._read[0] < CACHE_FOR:
            self._read = (now, self._published.active())
        return self._read[1]

    def forget(self) -> None:
        """Reads them anew when asked next."""
        self._read = None
