"""The live forms, and those before them, in the table: as doors read them, and as an operator publishes them.

`publications` says how some are published.
"""

import json
from collections.abc import Callable
from datetime import datetime

from leadbell.errors import Unavailable
from leadbell.forms.config import PACKAGED, FormsConfig
from leadbell.publications import Cached, Publication, Publications, active_key
from leadbell.secret import SECRET, keyring, secret_of
from leadbell.table import Item, Table

FORMS_NAME = "forms"
PACKAGED_VERSION = "packaged"
ACTIVE = active_key(FORMS_NAME)


class PublishedForms(Publications):
    """The published forms in the table."""

    def __init__(self, table: Table) -> None:
        super().__init__(table, FORMS_NAME)

    def active(self) -> FormsConfig:
        """The live forms, read strongly; those that ship with Leadbell until the first publication.

        Raises Unavailable where some are stored that this code cannot read: what is sent then is to be sent again, and
        not taken in by other rules.
        """
        return _forms_of(self.in_force())

    def publish(self, config: FormsConfig, seen: int, by: str, at: datetime, text: str) -> Publication:
        """Makes the forms live; raises Conflict where others were published after `seen`, the last number read."""
        packaged = (PACKAGED_VERSION, json.dumps(PACKAGED.plain()))
        said = (config.version, json.dumps(config.plain(), ensure_ascii=False), text)
        return self.put_in_force(said, packaged, seen, by, at)


class ActiveForms(Cached[FormsConfig]):
    """The same for a door, which asks for each submission, and with them the secret, in one call."""

    def __init__(self, table: Table, new_secret: Callable[[], bytes]) -> None:
        self._table, self.keys = table, keyring(table, new_secret)
        super().__init__(self._read_both)

    def _read_both(self, now: datetime) -> FormsConfig:
        forms, secret = self._table.get_together(ACTIVE, SECRET)
        self.keys.take(secret_of(secret), now)
        return _forms_of(forms)


def _forms_of(item: Item | None) -> FormsConfig:
    if item is None:
        return PACKAGED
    try:
        return FormsConfig.from_plain(item["version"], json.loads(item["forms"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unavailable(f"the published forms cannot be read by this version ({type(error).__name__})") from error
