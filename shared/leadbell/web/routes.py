"""Which of a function's routes answers a request, and the answer as API Gateway takes it.

Powertools' resolver would do it too, and load asyncio and the events of thirty services first: a fifth of what a door's
start takes.
"""

import re
from collections.abc import Callable
from typing import Any

from leadbell.errors import LeadbellError

Event = dict[str, Any]

# What may stand in a path for a `<name>`.
_PART = r"[-._~()'!*:@,;=+&$%<> \[\]{}|^\w]+"


class Response:
    """An answer; a `content_type` of its own is a header like any other."""

    def __init__(self, status: int, content_type: str, body: str, headers: dict[str, str]) -> None:
        self.status_code, self.body = status, body
        self.headers = {**headers, "Content-Type": content_type} if content_type else headers

    def plain(self) -> dict[str, Any]:
        """The answer as a function returns it to an HTTP API."""
        return {"statusCode": self.status_code, "headers": self.headers, "body": self.body, "isBase64Encoded": False}


Handler = Callable[..., Response]


class Router:
    """The routes of one function. `event` is what is being answered, `kept` what its route wants to remember of it.

    Whoever makes one sets `refuse`, for an error of ours, and `lost`, for what no route answers.
    """

    refuse: Callable[[LeadbellError], Response]
    lost: Callable[[], Response]

    def __init__(self) -> None:
        self.event: Event = {}
        self.kept: dict[str, Any] = {}
        self._routes: list[tuple[frozenset[str], re.Pattern[str], Handler]] = []

    def route(self, path: str, *methods: str) -> Callable[[Handler], Handler]:
        """The decorated function answers these methods at `path`, whose `<name>`s are its arguments."""
        pattern = re.compile(re.sub(r"<(\w+)>", lambda part: f"(?P<{part[1]}>{_PART})", path))

        def register(handler: Handler) -> Handler:
            self._routes.append((frozenset(methods), pattern, handler))
            return handler

        return register

    def get(self, path: str) -> Callable[[Handler], Handler]:
        """The decorated function shows what is at `path`."""
        return self.route(path, "GET")

    def post(self, path: str) -> Callable[[Handler], Handler]:
        """The decorated function takes what is sent to `path`."""
        return self.route(path, "POST")

    def resolve(self, event: Event) -> dict[str, Any]:
        """The answer to an event of an HTTP API; an error that is not ours goes up."""
        self.event, self.kept = event, {}
        try:
            return self._answer(event).plain()
        except LeadbellError as error:
            return self.refuse(error).plain()

    def _answer(self, event: Event) -> Response:
        method, path = event["requestContext"]["http"]["method"], _path(event)
        for methods, pattern, handler in self._routes:
            if method in methods and (found := pattern.fullmatch(path)):
                return handler(**found.groupdict())
        return self.lost()

    def is_known(self) -> bool:
        """Whether a route answers other methods at the address that was asked for."""
        path = _path(self.event)
        return any(pattern.fullmatch(path) for _, pattern, _ in self._routes)


def _path(event: Event) -> str:
    """The path behind the stage; a slash at the end is no other address."""
    stage, path = event["requestContext"]["stage"], event["rawPath"]
    path = path.removeprefix(f"/{stage}") if stage != "$default" else path
    return path.removesuffix("/") or "/"
