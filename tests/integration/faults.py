"""Faults in AWS's answers, put into the clients that the functions made for themselves.

They sit in botocore's own hooks around a call, above its retries: what a function sees is what it would see after the
client gave up, without the waiting.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ReadTimeoutError

Sent = Mapping[str, Any]


@dataclass(frozen=True)
class Refusal:
    """Stands for the HTTP answer of a call that was never sent."""

    status_code: int

    @classmethod
    def of(cls, parsed: Mapping[str, Any]) -> tuple["Refusal", Mapping[str, Any]]:
        """What a hook before a call returns to have it end in this error."""
        return cls(parsed["ResponseMetadata"]["HTTPStatusCode"]), parsed


def always(_: Sent) -> bool:
    return True


class Faults:
    """What goes wrong, by function and operation; all is well again after the test."""

    def __init__(self, clients: Mapping[str, list[Any]]) -> None:
        self._clients = dict(clients)
        self._undo: list[Callable[[], None]] = []

    def refuse(
        self,
        folder: str,
        operation: str,
        code: str = "ProvisionedThroughputExceededException",
        *,
        status: int = 400,
        times: int = 1_000_000,
        when: Callable[[Sent], bool] = always,
        reasons: tuple[str, ...] = (),
    ) -> None:
        """The call is refused with this error and has no effect."""
        parsed: dict[str, Any] = {
            "Error": {"Code": code, "Message": "a fault of this test"},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }
        if reasons:
            parsed["CancellationReasons"] = [{"Code": reason} for reason in reasons]

        def answer(sent: Sent) -> Any:
            return Refusal.of(parsed)

        self._before(folder, operation, answer, times, when)

    def meanwhile(
        self,
        folder: str,
        operation: str,
        act: Callable[[], object],
        *,
        times: int = 1,
        when: Callable[[Sent], bool] = always,
    ) -> None:
        """Something else happens first, between the function's decision to call and the call."""

        def answer(sent: Sent) -> None:
            act()

        self._before(folder, operation, answer, times, when)

    def lose_answer(self, folder: str, operation: str, *, times: int = 1) -> None:
        """The call takes effect and its answer never comes."""
        left = [times]

        def lose(**_: Any) -> None:
            if left[0] > 0:
                left[0] -= 1
                raise ReadTimeoutError(endpoint_url="https://aws.example.com")

        self._register(folder, f"after-call.*.{operation}", lose)

    def change_answer(self, folder: str, operation: str, change: Callable[[dict[str, Any]], None]) -> None:
        """The answer comes, changed in place by `change`."""

        def alter(parsed: dict[str, Any], **_: Any) -> None:
            change(parsed)

        self._register(folder, f"after-call.*.{operation}", alter)

    def around(
        self,
        folder: str,
        before: Callable[[str, str, Sent, dict[str, Any]], Any],
        after: Callable[[str, str, dict[str, Any]], None],
    ) -> None:
        """Shows each call to `before`, and to `after` once it took effect: service, operation, what both share.

        Either may raise; `before`, which sees the body too, may give a `Refusal.of`, and the call is not made.
        """

        def first(model: Any, params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> Any:
            return before(model.service_model.service_name, model.name, _body(params), context)

        def then(model: Any, context: dict[str, Any], **_: Any) -> None:
            after(model.service_model.service_name, model.name, context)

        self._register(folder, "before-call", first)
        self._register(folder, "after-call", then)

    def watch(self, folder: str, see: Callable[[str, str, Mapping[str, Any]], None]) -> None:
        """Shows `see` each call: the service, the operation and its parameters. Signing a link counts as one."""

        def note(params: Mapping[str, Any], event_name: str, **_: Any) -> None:
            service, operation = event_name.split(".")[1:]
            see(service, operation, params)

        self._register(folder, "provide-client-params", note)

    def watches(self, folder: str, client: Any) -> None:
        """A client that the function makes only when it needs it."""
        self._clients[folder] = [*self._clients[folder], client]

    def end(self) -> None:
        for undo in self._undo:
            undo()
        self._undo.clear()

    def _before(
        self, folder: str, operation: str, answer: Callable[[Sent], Any], times: int, when: Callable[[Sent], bool]
    ) -> None:
        left = [times]

        def step_in(params: Mapping[str, Any], **_: Any) -> Any:
            sent = _body(params)
            if left[0] <= 0 or not when(sent):
                return None
            left[0] -= 1
            return answer(sent)

        self._register(folder, f"before-call.*.{operation}", step_in)

    def _register(self, folder: str, event: str, handler: Callable[..., Any]) -> None:
        for client in self._clients[folder]:
            client.meta.events.register(event, handler)
            self._undo.append(lambda client=client: client.meta.events.unregister(event, handler))  # type: ignore[misc]


def _body(params: Mapping[str, Any]) -> Any:
    body = params["body"]
    return json.loads(body) if isinstance(body, bytes) and body[:1] == b"{" else body
