"""One line of log for each call, for `app.py` alone. It holds ids, codes and counts, never names, addresses, texts or
links of visitors.

The steps of a call add their fields; the line is written when the call ends, also after an error. The figures of a call
are in the same line, where CloudWatch finds them (embedded metric format).
"""

import logging
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

Event = dict[str, Any]
FAILED = "failed"


class CallLog:
    """The line of the call that a function is working on: Lambda gives it one at a time."""

    def __init__(self) -> None:
        self.logger = Logger(location=None)  # always this module's
        self._metrics = Metrics()
        self._level, self._noted = logging.INFO, dict[str, Any]()

    def note(self, **values: Any) -> None:
        """Puts these into the line."""
        self._noted |= values

    def add(self, name: str, value: Any) -> None:
        """Appends to a list in the line: a call may be about several mails."""
        self._noted.setdefault(name, []).append(value)

    def warning(self, **values: Any) -> None:
        """Puts these into the line, which is then at least a warning."""
        self._level = max(self._level, logging.WARNING)
        self.note(**values)

    def error(self, **values: Any) -> None:
        """Puts these into the line, which is then an error."""
        self._level = logging.ERROR
        self.note(**values)

    def figure(self, name: str, unit: str, value: float) -> None:
        """Puts a metric into the line; at a log level above INFO it would be lost with it."""
        self._metrics.add_metric(name, unit, value)

    def one_line[Answer: dict[str, Any]](
        self, handler: Callable[[Event, LambdaContext], Answer]
    ) -> Callable[[Event, LambdaContext], Answer]:
        """Writes the line of each call of a Lambda handler."""

        @wraps(handler)
        def logged(event: Event, context: LambdaContext) -> Answer:
            self._level, self._noted = logging.INFO, {}
            status: int | str = FAILED
            try:
                answer = handler(event, context)
                status = answer.get("statusCode", "done")
                return answer
            finally:
                self._end(event, status)

        decorated: Callable[[Event, LambdaContext], Answer] = self.logger.inject_lambda_context(logged)
        return decorated

    def write(self, level: int, trigger: str, values: dict[str, Any]) -> None:
        """The line itself."""
        write = {logging.WARNING: self.logger.warning, logging.ERROR: self.logger.error}.get(level, self.logger.info)
        write(trigger, extra=values)

    def _end(self, event: Event, status: int | str) -> None:
        if status == FAILED:
            self.error(error=type(sys.exception()).__name__)
        elif isinstance(status, int) and status >= 500:
            self.error()
        values = {"status": status, **self._noted}
        if request := event.get("requestContext", {}).get("requestId"):
            values["request"] = request
        if self._metrics.metric_set:
            values |= self._metrics.serialize_metric_set()
            self._metrics.clear_metrics()
        self.write(self._level, _trigger(event), values)


def _trigger(event: Event) -> str:
    """The route and never the path, which may hold a link's secret; else what calls functions that have no route."""
    return str(event.get("routeKey") or ("stream" if "Records" in event else "schedule"))


log = CallLog()
