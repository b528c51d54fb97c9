"""A function's calls to AWS, numbered as they are made, and a fault for any of them.

Sits where boto3's client is expected, in front of whichever client there is. A fault is one that outlasted botocore's
own retries; what such a retry itself does, where only the first answer was lost, is the fault `SENT_AGAIN`.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError

from tests.aws.fates import Fate, error_of


class Fault(StrEnum):
    """What becomes of one call. The last three take effect."""

    THROTTLED = "throttled"
    SERVER_ERROR = "500"
    TIMED_OUT = "timeout"
    RESET = "reset before"
    KILLED = "killed before"
    KILLED_AFTER = "killed after"
    ANSWER_LOST = "answer lost after"
    SENT_AGAIN = "answer lost, sent again"


_FATE_OF = {
    Fault.THROTTLED: Fate.THROTTLED,
    Fault.SERVER_ERROR: Fate.SERVER_ERROR,
    Fault.TIMED_OUT: Fate.TIMED_OUT,
    Fault.RESET: Fate.RESET,
    Fault.KILLED: Fate.KILLED,
    Fault.KILLED_AFTER: Fate.KILLED_AFTER,
    Fault.ANSWER_LOST: Fate.ANSWER_LOST,
}
_LATE = (Fault.ANSWER_LOST, Fault.KILLED_AFTER, Fault.SENT_AGAIN)

# A publish is attempted once; a transaction sent again has its token and is told what the first one did.
_NOT_SENT_AGAIN = ("Publish", "SendEmail", "ListSubscriptionsByTopic", "TransactWriteItems")


def faults_of(operation: str) -> tuple[Fault, ...]:
    """What may become of a call to this operation."""
    return tuple(fault for fault in Fault if fault is not Fault.SENT_AGAIN or operation not in _NOT_SENT_AGAIN)


Plan = Mapping[int, Fault]


@dataclass
class Wire:
    """One function's calls in order; `plan` says by number what goes wrong."""

    plan: Plan = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def start(self, plan: Plan) -> None:
        """Counts from nothing."""
        self.plan, self.calls = plan, []

    def call(self, service: str, operation: str, act: Callable[..., Any], params: Mapping[str, Any]) -> Any:
        fault = self.plan.get(len(self.calls))
        self.calls.append(operation)
        if fault is None:
            return act(**params)
        if fault in _LATE:
            with suppress(ClientError):  # a refusal is an answer too, and got lost
                act(**params)
        if fault is Fault.SENT_AGAIN:
            return act(**params)
        raise error_of(_FATE_OF[fault], service, operation)


class Wired:
    """A client whose calls go over a wire."""

    def __init__(self, client: Any, service: str, wire: Wire) -> None:
        self._client, self._service, self._wire = client, service, wire

    def __getattr__(self, name: str) -> Any:
        method, operation = getattr(self._client, name), name.title().replace("_", "")
        if not callable(method):
            return method
        return lambda **params: self._wire.call(self._service, operation, method, params)
