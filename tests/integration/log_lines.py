"""What the functions write into their logs, as CloudWatch would take it in."""

import io
import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

Line = dict[str, Any]


class LogLines:
    """The lines of all these functions from now on."""

    def __init__(self, apps: Iterable[Any], patch: pytest.MonkeyPatch) -> None:
        self._stream = io.StringIO()
        for app in apps:
            patch.setattr(app.log.logger.registered_handler, "stream", self._stream)
            patch.setattr(app.log, "write", type(app.log).write.__get__(app.log))  # where a world keeps it quiet

    @property
    def text(self) -> str:
        """All that was written."""
        return self._stream.getvalue()

    def during(self, act: Callable[[], object]) -> list[Line]:
        """The lines that are written while something is done."""
        before = len(self.text)
        act()
        return [json.loads(line) for line in self.text[before:].splitlines()]

    def one(self, act: Callable[[], object]) -> Line:
        """The one line that a call writes."""
        (line,) = self.during(act)
        return line
