"""Any call of a function may conflict, be throttled, fail, or take effect without an answer, by choice.

Sits in the same hooks as `tests.integration.faults`, which says what goes wrong where; here the choices say it. So a
fault is one that outlasted botocore's own retries.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tests.aws.chance import Choices
from tests.aws.fates import FAULTS, LATE, Fate, error_of
from tests.integration.faults import Faults, Refusal

_CONFLICTING = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"})
_KEY = "fate of this test"


@dataclass(frozen=True, slots=True)
class Call:
    """One call that a function made, and what became of it."""

    folder: str
    service: str
    operation: str
    sent: Any
    fate: Fate = Fate.FINE


def anywhere(call: Call) -> bool:
    return True


class Conflicts:
    """Every call of the functions it is `on`, in order, with a fate for each. Ends with `Faults.end()`."""

    def __init__(self, faults: Faults, choices: Choices) -> None:
        self._faults, self._choices = faults, choices
        self.calls: list[Call] = []

    def on(self, folder: str, fates: Sequence[Fate] = FAULTS, *, where: Callable[[Call], bool] = anywhere) -> None:
        """From now on each of the function's calls may end in one of these; only those `where` says are asked about."""

        def before(service: str, operation: str, sent: Mapping[str, Any], context: dict[str, Any]) -> Any:
            fate = self._fate_of(Call(folder, service, operation, sent), fates, where)
            self.calls.append(Call(folder, service, operation, sent, fate))
            context[_KEY] = fate
            if fate is Fate.FINE or fate in LATE:
                return None
            items = len(sent["TransactItems"]) if operation == "TransactWriteItems" else 1
            error = error_of(fate, service, operation, items)
            if isinstance(error, ClientError):
                return Refusal.of(error.response)
            raise error

        def after(service: str, operation: str, context: dict[str, Any]) -> None:
            if context.get(_KEY) in LATE:
                raise error_of(context[_KEY], service, operation)

        self._faults.around(folder, before, after)

    def _fate_of(self, call: Call, fates: Sequence[Fate], where: Callable[[Call], bool]) -> Fate:
        if not where(call):
            return Fate.FINE
        can_conflict = call.operation in _CONFLICTING
        possible = [Fate.FINE, *(fate for fate in fates if fate is not Fate.CONFLICT or can_conflict)]
        return possible[self._choices.choose(len(possible))]
