"""What may become of one call to AWS, and the error that botocore would raise for it."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

ENDPOINT = "https://aws.example.com"


class Fate(StrEnum):
    """FINE is done and answered. The LATE ones are done too; all others have no effect."""

    FINE = "fine"
    THROTTLED = "throttled"
    SERVER_ERROR = "500"
    CONFLICT = "conflict"
    UNREACHED = "connection refused"
    TIMED_OUT = "timeout"
    RESET = "reset before"
    ANSWER_LOST = "answer lost after"
    KILLED = "process killed before"
    KILLED_AFTER = "process killed after"


LATE = frozenset({Fate.ANSWER_LOST, Fate.KILLED_AFTER})
FAULTS = (Fate.THROTTLED, Fate.SERVER_ERROR, Fate.TIMED_OUT, Fate.RESET, Fate.ANSWER_LOST)


class KilledError(BaseException):
    """The process ends here: no handler of ours may catch it, as none could in Lambda."""


_THROTTLING = {
    "dynamodb": ("ProvisionedThroughputExceededException", 400),
    "sns": ("Throttling", 400),
    "sqs": ("RequestThrottled", 403),
    "s3": ("SlowDown", 503),
    "sesv2": ("TooManyRequestsException", 429),
}
_SERVER_ERROR = {"dynamodb": "InternalServerError", "sns": "InternalError"}


def refusal(operation: str, code: str, message: str, status: int = 400, **more: Any) -> ClientError:
    """AWS's own no, as boto3 raises it."""
    error = {"Code": code, "Message": message, "Type": "Receiver" if status >= 500 else "Sender"}
    metadata = {"HTTPStatusCode": status, "RetryAttempts": 0, "RequestId": "", "HTTPHeaders": {}, "HostId": ""}
    return ClientError({"Error": error, "ResponseMetadata": metadata, **more}, operation)


_NETWORK: dict[Fate, Callable[..., BaseException]] = {
    Fate.UNREACHED: EndpointConnectionError,
    Fate.TIMED_OUT: ReadTimeoutError,
    Fate.RESET: ConnectionClosedError,
    Fate.ANSWER_LOST: ConnectionClosedError,
}


def error_of(fate: Fate, service: str, operation: str, items: int = 1) -> BaseException:
    """The error in which a call with this fate ends; `items` counts what a transaction holds."""
    error: BaseException
    if fate in _NETWORK:
        error = _NETWORK[fate](endpoint_url=ENDPOINT)
    elif fate is Fate.THROTTLED:
        code, status = _THROTTLING[service]
        error = refusal(operation, code, "Rate exceeded", status)
    elif fate is Fate.SERVER_ERROR:
        error = refusal(operation, _SERVER_ERROR.get(service, "InternalError"), "We had a problem", 500)
    elif fate is Fate.CONFLICT:
        error = _conflict(operation, items)
    elif fate in (Fate.KILLED, Fate.KILLED_AFTER):
        error = KilledError(operation)
    else:
        raise ValueError(f"a call that is {fate} ends in no error")
    return error


def _conflict(operation: str, items: int) -> ClientError:
    if not operation.startswith("Transact"):
        return refusal(operation, "TransactionConflictException", "Transaction is ongoing for the item")
    reasons = [{"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}]
    reasons += [{"Code": "None"}] * (items - 1)
    named = ", ".join(reason["Code"] for reason in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{named}]"
    return refusal(operation, "TransactionCanceledException", message, CancellationReasons=reasons)
