"""The published forms in the table (`CONFIG#forms`), as a door reads them."""

import json
from datetime import datetime, timedelta

from leadbell.errors import Unavailable
from leadbell.forms import PACKAGED, FormsConfig
from leadbell.table import Table

ACTIVE = ("CONFIG#forms", "ACTIVE")
CACHE_FOR = timedelta(seconds=30)


class ActiveForms:
    """The forms in force, read again after half a minute: that late a door learns of a publication."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._read: tuple[datetime, FormsConfig] | None = None

    def active(self, now: datetime) -> FormsConfig:
        """The forms in force; those that ship with Leadbell until the first publication.

        Raises Unavailable where some are stored that this code cannot read: what is sent then is to be sent again, and
        not taken in by other rules.
        """
        if self._read is None or not timedelta() <= now - self._read[0] < CACHE_FOR:
            self._read = (now, self._stored())
        return self._read[1]

    def forget(self) -> None:
        """Reads them anew when asked next."""
        self._read = None

    def _stored(self) -> FormsConfig:
        item = self._table.get(*ACTIVE)
        if item is None:
            return PACKAGED
        try:
            return FormsConfig.from_plain(item["version"], json.loads(item["forms"]))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Unavailable(f"the published forms cannot be read: {type(error).__name__}") from error
