"""The answer to what is stored but has to be confirmed: the same words whether a mail went out or not."""

import json

import pytest

from leadbell.capture.claims import Captured
from leadbell.web.dialects import CONFIRMATION_SENT
from leadbell.web.request import Request
from leadbell.web.responses import Thanks, received

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("is_repeat", [False, True])
def test_a_signup_that_has_to_be_confirmed_is_accepted_and_says_so(is_repeat: bool) -> None:
    request = Request(FORM, b"email=eva%40acme.example", {"accept": "application/json"}, "r=", route="/newsletter")
    answer = received(
        request, Captured("id", is_repeat), Thanks("thanks?for=confirmation", "confirmation", mailed=CONFIRMATION_SENT)
    )
    assert answer.status_code == 202
    assert answer.headers["X-Content-Type-Options"] == "nosniff"  # it repeats what was sent
    assert json.loads(answer.body or "") == {
        "ok": True,
        "id": "id",
        "status": "confirmation_sent",
        "next": "thanks?for=confirmation",
        "message": "Unless you are subscribed already, we will send you an e-mail shortly, at most one a day. "
        "Please use the link in it to confirm your subscription.",
        "request_id": "r=",
    }
