"""Cloudflare Turnstile, for forms that require it: whether the token of a submission is genuine.

There are three answers: yes, no, and not known. If the service is slow, down, or set up wrongly by us, the result is
not known, and the visitor must not pay for it. A retry of the same submission carries the same token, which is valid
once. The id sent along is made of token and body, so that a retry is verified as the same, and a token with another
body is refused.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from leadbell.web.bodies import Pairs

FIELD = "cf-turnstile-response"
MAX_TOKEN = 2048
_MAX_ANSWER = 65536
# What is wrong on our side or on theirs; everything else is wrong with the token.
_NOT_THE_VISITORS = frozenset({"missing-input-secret", "invalid-input-secret", "bad-request", "internal-error"})


class Checked(Enum):
    """What is known of a token."""

    GOOD = auto()
    BAD = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Turnstile:
    """The service. Without a `secret` nothing can be checked."""

    secret: str
    url: str
    timeout_seconds: float = 2.0

    def check(self, token: str, pairs: Pairs, hosts: Collection[str], action: str) -> Checked:
        """Whether the token is good, for one of `hosts` (any where there are none) and, if it names one, `action`."""
        if not token or len(token) > MAX_TOKEN:
            return Checked.BAD
        if not self.secret:
            return Checked.UNKNOWN
        answer = self._ask({"secret": self.secret, "response": token, "idempotency_key": _retry_id(token, pairs)})
        if answer is None or _NOT_THE_VISITORS & set(map(str, answer.get("error-codes") or ())):
            return Checked.UNKNOWN
        is_ours = not hosts or answer.get("hostname") in hosts
        is_meant = answer.get("action") in (None, "", action)
        return Checked.GOOD if answer.get("success") is True and is_ours and is_meant else Checked.BAD

    def _ask(self, question: dict[str, str]) -> dict[str, Any] | None:
        # Imported here: most submissions come through forms that do not ask for it.
        from http.client import HTTPException
        from urllib.request import Request, urlopen

        request = Request(self.url, urlencode(question).encode(), method="POST")  # the owner's setting
        try:
            with urlopen(request, timeout=self.timeout_seconds) as response:
                answer = json.loads(response.read(_MAX_ANSWER))
        except (OSError, HTTPException, ValueError, RecursionError):
            return None
        return answer if isinstance(answer, dict) and isinstance(answer.get("error-codes", []), list) else None


def _retry_id(token: str, pairs: Pairs) -> str:
    digest = hashlib.sha256(json.dumps([token, sorted(pairs)]).encode()).digest()
    return str(UUID(bytes=digest[:16], version=4))
