"""The sales reps and the running number of mails, in the table under `CONFIG#reps`."""

from dataclasses import asdict

from leadbell.errors import UnknownRep
from leadbell.sales.routing import Rep
from leadbell.table import Table

_PK = "CONFIG#reps"


class Reps:
    """Who covers what. Never cached: it is read only when there is a mail to route, and a new rep counts at once."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def all(self) -> list[Rep]:
        """All reps, read strongly."""
        return [_rep(item) for item in self._table.query(_PK, "REP#")]

    def named(self, rep_id: str) -> Rep:
        """The rep of this id; raises UnknownRep with those there are."""
        reps = {rep.id: rep for rep in self.all()}
        if rep_id not in reps:
            raise UnknownRep(rep_id, sorted(reps))
        return reps[rep_id]

    def save(self, rep: Rep) -> None:
        """Adds a rep, or replaces the one of the same id."""
        self._table.put({"pk": _PK, "sk": f"REP#{rep.id}", **asdict(rep), "countries": list(rep.countries)})

    def remove(self, rep_id: str) -> None:
        """Forgets a rep; contacts they own go by country until they get another owner."""
        self._table.delete(_PK, f"REP#{rep_id}")

    def next_number(self) -> int:
        """The number of the next mail. A decision that is not written in the end leaves a gap."""
        return self._table.increase("CONFIG#numbers", "MAIL", "last")


def _rep(item: dict[str, object]) -> Rep:
    return Rep(
        id=str(item["id"]),
        name=str(item.get("name", item["id"])),
        topic_arn=str(item["topic_arn"]),
        countries=tuple(item.get("countries", ())),  # type: ignore[arg-type]
        active=bool(item.get("active", True)),
    )
