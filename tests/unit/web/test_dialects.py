"""What is told in JSON of a submission that is stored, in each service's shape."""

import pytest

from leadbell.web.dialects import (
    CONFIRMATION_SENT,
    FORMSPREE,
    HUBSPOT,
    PLAIN,
    WEB3FORMS,
    Accepted,
    Refusal,
    Shape,
    shape_of,
)

RECEIPT = Accepted("id", "Thank you", "https://a.example/thanks", "r=")
CLOSED = Refusal(410, "FORM_CLOSED", "closed", (), "r=")


def test_what_has_to_be_confirmed_is_said_to_be_on_its_way() -> None:
    waiting = Accepted("id", "Look", "https://a.example/thanks", "r=", mailed=CONFIRMATION_SENT)
    assert (PLAIN.accepted(RECEIPT)["status"], PLAIN.accepted(waiting)["status"]) == ("received", "confirmation_sent")
    assert WEB3FORMS.accepted(waiting)["data"]["status"] == "confirmation_sent"


def test_hubspot_s_client_is_led_only_where_the_form_asked_for_it() -> None:
    asked = Accepted("id", "Thank you", "https://a.example/thanks", "r=", is_asked_for=True)
    assert HUBSPOT.accepted(RECEIPT) == {"inlineMessage": "Thank you", "request_id": "r="}
    assert HUBSPOT.accepted(asked) == {"redirectUri": "https://a.example/thanks", "request_id": "r="}


def test_only_formspree_s_script_gets_formspree_s_code() -> None:
    assert PLAIN.refused(CLOSED)["errors"] == [{"code": "FORM_CLOSED", "message": "closed"}]
    assert FORMSPREE.refused(CLOSED)["errors"] == [{"code": "INACTIVE", "message": "closed"}]


@pytest.mark.parametrize("shape", [PLAIN, FORMSPREE, WEB3FORMS, HUBSPOT])
def test_every_shape_names_the_request(shape: Shape) -> None:
    told = [shape.accepted(RECEIPT), shape.refused(CLOSED)]
    assert [each["request_id"] for each in told] == ["r=", "r="]


def test_the_address_decides_and_formspree_s_script_says_so() -> None:
    script = {"formspree-client": "@formspree/core@4.0.0"}
    assert shape_of("/f/{form_id}", {}) is shape_of("/", {}) is PLAIN
    assert shape_of("/f/{form_id}", script) is FORMSPREE
    assert shape_of("/submit", script) is WEB3FORMS
    assert shape_of("/submissions/v3/integration/submit/{portal_id}/{form_id}", {}) is HUBSPOT
