"""Companies by their domain, with their relation and owner, in the table under `DOMAIN#`."""

from leadbell.companies import Company, candidates
from leadbell.table import Item, Table, moment, stamp


class Accounts:
    """What the operator said of domains. Never cached, so a new row counts with the next fact."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def company_of(self, email: str) -> Company | None:
        """The company of an address, read strongly: one read, two where its domain has a parent; none for free mail."""
        for domain in candidates(email.rpartition("@")[2].lower()):
            item = self._table.get(_domain(domain), "DOMAIN")
            if item is not None:
                return _company(item)
        return None

    def save(self, company: Company) -> bool:
        """Stores what a domain is to us; False where the same stands already."""
        there = self._table.get(_domain(company.domain), "DOMAIN")
        if there is not None and (there["relation"], there.get("owner", "")) == (company.relation, company.owner):
            return False
        said = {"domain": company.domain, "relation": company.relation, "owner": company.owner}
        self._table.put({"pk": _domain(company.domain), "sk": "DOMAIN", **said, "since": stamp(company.since)})
        return True


def _domain(domain: str) -> str:
    return f"DOMAIN#{domain}"


def _company(item: Item) -> Company:
    return Company(item["domain"], item["relation"], item.get("owner", ""), moment(item["since"]))
