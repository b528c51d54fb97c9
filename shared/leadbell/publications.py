"""What an operator publishes, in the table: the scoring model and the forms, each under a name of its own.

`CONFIG#<name>` is what is live, `CONFIG#<name>-history` every version. A publication is one transaction, on condition
that the publication before it is still the last: of two people who publish at once, the second gets a Conflict.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadbell.table import Item, Table, moment, put_write, stamp

CACHE_FOR = timedelta(seconds=30)  # for how long a reader may use what it read


@dataclass(frozen=True, slots=True)
class Publication:
    """One entry of the history."""

    number: int
    version: str
    at: datetime
    by: str


def history_key(name: str) -> str:
    """The partition of every version."""
    return f"CONFIG#{name}-history"


def active_key(name: str) -> tuple[str, str]:
    """Where the live version is."""
    return f"CONFIG#{name}", "ACTIVE"


class Publications:
    """All that was published under one name. Its content is stored as JSON, in an attribute of that name."""

    def __init__(self, table: Table, name: str) -> None:
        self._table, self._name = table, name
        self._history = history_key(name)

    def in_force(self) -> Item | None:
        """The live item, read strongly; None where nothing was published."""
        return self._table.get(*active_key(self._name))

    def kept(self, version: str) -> Item | None:
        """The item of a version that was live once; None where it is not stored."""
        return self._table.get(self._history, f"{self._name.upper()}#{version}")

    def text(self, version: str) -> str:
        """The file that was published under this version, comments included; empty where none is stored."""
        return str((self.kept(version) or {}).get("text", ""))

    def number(self) -> int:
        """How many were published: the number of the live one, readable or not; 0 where there is none."""
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
        """Makes it live; raises Conflict where another was published after `seen`, the last number read.

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
    """What is live, read again after half a minute: a publication is noticed that late."""

    def __init__(self, read: Callable[[datetime], T]) -> None:
        self._read_anew = read
        self._read: tuple[datetime, T] | None = None

    def active(self, now: datetime) -> T:
        """What is live, up to half a minute late; raises as reading it does."""
        if self._read is None or not timedelta() <= now - self._read[0] < CACHE_FOR:
            self._read = (now, self._read_anew(now))
        return self._read[1]

    def forget(self) -> None:
        """Reads it anew when asked next."""
        self._read = None
