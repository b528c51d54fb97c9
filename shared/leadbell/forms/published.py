"""The forms in force, and those before them, in the table: as doors read them, and as an operator publishes them.

`publications` says how some are put in force.
"""

import json
from datetime import datetime

from leadbell.errors import Unavailable
from leadbell.forms.config import PACKAGED, FormsConfig
from leadbell.publications import Cached, Publication, Publications
from leadbell.table import Table

FORMS_NAME = "forms"
PACKAGED_VERSION = "packaged"


class PublishedForms(Publications):
    """The published forms in the table."""

    def __init__(self, table: Table) -> None:
        super().__init__(table, FORMS_NAME)

    def active(self) -> FormsConfig:
        """The forms in force, read strongly; those that ship with Leadbell until the first publication.

        Raises Unavailable where some are stored that this code cannot read: what is sent then is to be sent again, and
        not taken in by other rules.
        """
        item = self.in_force()
        if item is None:
            return PACKAGED
        try:
            return FormsConfig.from_plain(item["version"], json.loads(item["forms"]))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Unavailable(f"the published forms cannot be read by this version ({type(error).__name__})") from error

    def publish(self, config: FormsConfig, seen: int, by: str, at: datetime, text: str) -> Publication:
        """Puts the forms in force; raises Conflict where others were published after `seen`, the last number read."""
        packaged = (PACKAGED_VERSION, json.dumps(PACKAGED.plain()))
        said = (config.version, json.dumps(config.plain(), ensure_ascii=False), text)
        return self.put_in_force(said, packaged, seen, by, at)


class ActiveForms(Cached[FormsConfig]):
    """The same for a door, which asks for each submission."""

    def __init__(self, table: Table) -> None:
        super().__init__(PublishedForms(table).active)
