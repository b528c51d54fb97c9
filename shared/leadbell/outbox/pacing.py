"""How often one address is mailed: SNS suspends an e-mail subscription that gets more than ten mails a second.

The address counts, not the topic, since one person may read several topics: their own and the default inbox, or an
inbox that two reps share. A mail is sent when every address that will get it is free. It takes all their turns at once
or none, so that a waiting mail uses up nobody's turn.
"""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

from leadbell.errors import Conflict, Unavailable
from leadbell.keyed import Keyring, keyed
from leadbell.table import Item, Table, put_write, stamp

PACE = timedelta(milliseconds=500)
TURN_KEPT_FOR = timedelta(hours=1)
IN_ONE_TRANSACTION = 100

_IS_FREE = "attribute_not_exists(pk) OR next_at <= :now"


class Pace:
    """The turns of addresses. `keys` make what the table knows them by, which shows no address."""

    def __init__(self, table: Table, keys: Keyring) -> None:
        self._table = table
        self._keys = keys

    def take_turn(self, addresses: Collection[str], now: datetime, held_for: timedelta = timedelta()) -> bool:
        """Whether all of these addresses may be mailed now; then none of them may be for the next half second.

        `held_for` is how much longer the mail may take until it goes out; `goes_out` says when it does. With over a
        hundred addresses the turns of the first hundred may be taken in vain, which costs half a second.
        """
        self._keys.made(now)
        turns = self._turns(addresses, now + held_for)
        values = {":now": stamp(now)}
        try:
            if len(turns) == 1:
                return self._table.put(turns[0], _IS_FREE, values) is None
            for at in range(0, len(turns), IN_ONE_TRANSACTION):
                chunk = turns[at : at + IN_ONE_TRANSACTION]
                self._table.transact([put_write(turn, _IS_FREE, values) for turn in chunk])
        except Conflict:
            return False
        return True

    def goes_out(self, addresses: Collection[str], now: datetime) -> None:
        """The half second of a held turn starts now; where the table does not take that, the turn stays held."""
        for turn in self._turns(addresses, now):
            with suppress(Conflict, Unavailable):
                self._table.put(turn)

    def took_turn(self, addresses: Collection[str], since: datetime) -> bool:
        """Whether one of these addresses was mailed after a moment of the last hour."""
        turns = (self._table.get(self.key(address), "PACE") for address in sorted(addresses))
        return any(turn is not None and turn["next_at"] > stamp(since) for turn in turns)

    def key(self, address: str) -> str:
        """What an address is known by, in whatever case it was subscribed."""
        return f"PACE#{keyed(self._keys, 'pace', address.strip().lower().encode()).hex()[:32]}"

    def _turns(self, addresses: Collection[str], now: datetime) -> list[Item]:
        later = {"sk": "PACE", "next_at": stamp(now + PACE), "expires_at": int((now + TURN_KEPT_FOR).timestamp())}
        return [{"pk": key, **later} for key in sorted({self.key(address) for address in addresses})]
