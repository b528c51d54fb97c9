"""How much one source may send: counters in fixed windows, one item per source and window, exact under any load.

Counting and limiting are one conditional write, `ADD n :one` while `n < :limit`, so that parallel requests cannot both
take the last place. One item holds the counts of a source for all forms and for this one: a request that one limit
refuses is counted in neither, and an accepted one costs one write.

The source is the address that API Gateway saw; an IPv6 address counts by its /64, since one holder has all of it. Keys
are keyed hashes: the table shows neither IP nor e-mail addresses.

If the table throttles the counter, the submission passes: a limit saves cost and noise, but no lead may be lost. If the
table cannot be reached, the error is raised (503): the fact could not be stored either.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from leadbell.errors import TooManyRequests, Unavailable
from leadbell.keyed import Keyring, keyed
from leadbell.table import Table

SOURCE_WINDOW = timedelta(minutes=1)
SOURCE_LIMIT = 30
UNCHECKED_LIMIT = 3
ADDRESS_WINDOW = timedelta(minutes=10)
ADDRESS_LIMIT = 5
BYTES_WINDOW = timedelta(days=1)
BYTES_LIMIT = 50 * 1024 * 1024
COUNTED_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """The counters. `keys` make what they are known by; `factor` multiplies every limit."""

    table: Table
    keys: Keyring
    factor: int = 1

    def count_source(self, source_ip: str, door: str, per_minute: int, now: datetime) -> None:
        """Counts a request at a door; raises TooManyRequests over its limit for one source or that of all doors."""
        limits = {"n": SOURCE_LIMIT, f"n_{_hash(door)[:12]}": per_minute}
        self._count(f"source\n{network_of(source_ip)}", SOURCE_WINDOW, limits, now)

    def count_unchecked(self, source_ip: str, door: str, now: datetime) -> None:
        """Counts a request whose challenge nobody could check: fewer of those pass."""
        self._count(f"unchecked\n{network_of(source_ip)}\n{door}", SOURCE_WINDOW, {"n": UNCHECKED_LIMIT}, now)

    def count_address(self, address: str, door: str, now: datetime) -> None:
        """Counts a submission for one address, which `Email.mailbox` made one of its spellings."""
        self._count(f"address\n{address}\n{door}", ADDRESS_WINDOW, {"n": ADDRESS_LIMIT}, now)

    def count_bytes(self, source_ip: str, size: int, now: datetime) -> bool:
        """Counts the bytes of files that one source sends; False over its limit of a day: then they are not stored."""
        try:
            self._count(f"bytes\n{network_of(source_ip)}", BYTES_WINDOW, {"n": BYTES_LIMIT}, now, size)
        except TooManyRequests:
            return False
        return True

    def _count(self, source: str, window: timedelta, limits: Mapping[str, int], now: datetime, by: int = 1) -> None:
        seconds = int(window.total_seconds())
        start = int(now.timestamp()) // seconds * seconds
        end = start + seconds
        values = {f":{name}": limit * self.factor - by + 1 for name, limit in limits.items()}
        values |= {":by": by, ":gone": end + int(COUNTED_FOR.total_seconds())}
        update = f"ADD {', '.join(f'{name} :by' for name in limits)} SET expires_at = :gone"
        condition = " AND ".join(f"(attribute_not_exists({name}) OR {name} < :{name})" for name in limits)
        try:
            counted = self.table.update(self._key(source, start), "RATE", update, condition, values)
        except Unavailable as error:
            if error.maybe_done:
                raise
            return
        if not counted:
            raise TooManyRequests(max(1, end - int(now.timestamp())))

    def _key(self, source: str, start: int) -> str:
        return f"RATE#{keyed(self.keys, 'rate', source.encode()).hex()[:32]}#{start}"


def network_of(source_ip: str) -> str:
    """What counts as one source: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        address = ip_address(source_ip)
    except ValueError:
        return source_ip
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return f"{address.packed[:8].hex()}/64"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
