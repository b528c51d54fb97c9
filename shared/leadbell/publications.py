"""What an operator publishes, in the table: the scoring model and the forms, each under a name of its own.

`CONFIG#<name>` is the live version, `CONFIG#<name>-history` all versions. A publication is one transaction, on the
condition that the publication before it is still the last: of two people who publish at once, the second gets an error.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadbell.table import Item, Table, moment, put_write, stamp

CACHE_FOR = timedelta(seconds=30)  # how long a reader may use what it read


@dataclass(frozen=True, slots=True)
class Publication:
    """One entry of the history."""

    number: int
    version: str
    at: datetime
    by: str


def history_key(name: str) -> str:
    """The partition of all that ever was."""
    return f"CONFIG#{name}-history"


def active_key(name: str) -> tuple[str, str]:
    """The key of the live version."""
    return f"CONFIG#{name}", "ACTIVE"


class Publications:
    """All that was published under one name. What it says is kept as JSON, in an attribute of that name."""

    def __init__(self, table: Table, name: str) -> None:
        self._table, self._name = table, name
        self._history = history_key(name)

    def in_force(self) -> Item | None:
        """The live item, read strongly; None where nothing was published."""
        return self._table.get(*active_key(self._name))

    def kept(self, version: str) -> Item | None:
        """The item of an earlier version; None where it is not stored."""
        return self._table.get(self._history, f"{self._name.upper()}#{version}")

    def text(self, version: str) -> str:
        """The file that was published under this version, remarks and all; empty where none is kept."""
        return str((self.kept(version) or {}).get("text", ""))

    def number(self) -> int:
        """The number of versions published so far, which is the live one's, readable or not; 0 where there is none."""
        return int((self.in_force() or {}).get("number", 0))

    def entries(self) -> list[Item]:
        """The items of all publications, the first one first."""
        return sorted(self._table.query(self._history, "PUBLISHED#"), key=lambda item: item["number"])

    def history(self) -> list[Publication]:
        """All publications, the latest first."""
        items = reversed(self.entries())
        return [Publication(item["number"], item["version"], moment(item["at"]), item["by"]) for item in items]

    def put_in_force(
        self, said: tuple[str, str, str], packaged: tuple[str, str], seen: int, by: str, at: datetime
    ) -> Publication:
        """Publishes it; raises Conflict where another was published after `seen`, the last number read.

        `said` is its version, its JSON and the file it was read from; `packaged` the version and JSON of what it
        replaces if it is the first, since a later release may package another one.
        """
        version, content, text = said
        entry = Publication(seen + 1, version, at, by)
        told: Item = {"number": entry.number, "version": version, "at": stamp(at), "by": by}
        kept = {version: {self._name: content, "text": text}}
        published = {"sk": f"PUBLISHED#{stamp(at)}#{version}", **told}
        if seen == 0:
            kept.setdefault(packaged[0], {self._name: packaged[1]})
            published["before"] = packaged[0]
        versions = [{"sk": f"{self._name.upper()}#{each}", **item} for each, item in kept.items()]
        pk, sk = active_key(self._name)
        still = ("#number = :seen", {":seen": seen}) if seen else ("attribute_not_exists(pk)", None)
        active = put_write({"pk": pk, "sk": sk, **told, self._name: content}, *still)
        self._table.transact([active, *(put_write({"pk": self._history, **item}) for item in (published, *versions))])
        return entry


class Cached[T]:
    """The live version, read again after half a minute: a publication takes effect that late."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read_anew = read
        self._read: tuple[datetime, T] | None = None

    def active(self, now: datetime) -> T:
        """The live version, up to half a minute late; raises as reading it does."""
        if self._read is None or not timedelta() <= now - self._read[0] < CACHE_FOR:
            self._read = (now, self._read_anew())
        return self._read[1]

    def forget(self) -> None:
        """Reads it anew when asked next."""
        self._read = None
