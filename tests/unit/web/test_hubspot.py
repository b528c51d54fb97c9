"""HubSpot's form API: what its clients send, as the plain form it means, and what they read in our answer."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbell.errors import Malformed, Problem
from leadbell.web.bodies import MAX_BODY_BYTES
from leadbell.web.hubspot import acceptance_of, plain_form, refusal_of, status


def plain(**sent: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(plain_form(json.dumps({"fields": [], **sent}).encode()))
    return found


def test_fields_keep_their_names_and_repeated_ones_become_a_list() -> None:
    fields = [
        {"objectTypeId": "0-1", "name": "email", "value": "eva@acme.example"},
        {"name": "topic", "value": "price"},
        {"name": "topic", "value": 7},
        {"name": "agreed", "value": True},
        {"name": "nothing", "value": None},
        {"name": "missing"},
    ]
    assert plain(fields=fields) == {
        "email": ["eva@acme.example"],
        "topic": ["price", "7"],
        "agreed": ["true"],
        "nothing": [""],
        "missing": [""],
    }


def test_the_name_of_a_company_is_not_that_of_a_person() -> None:
    fields = [{"objectTypeId": "0-2", "name": name, "value": "x"} for name in ("name", "domain", "numberofemployees")]
    assert plain(fields=fields).keys() == {"company", "website", "company_size"}


def test_the_visitor_and_the_page_are_told_and_a_claimed_ip_address_is_not_believed() -> None:
    context = {"hutk": "60c2ccdfe4892f0fa0593940b12c11aa", "pageUri": "https://a.example/p", "pageName": "Prices"}
    found = plain(context={**context, "ipAddress": "203.0.113.9"}, submittedAt="1517927174000")
    assert found == {
        "_anon": ["60c2ccdfe4892f0fa0593940b12c11aa"],
        "_page": ["https://a.example/p"],
        "page_name": ["Prices"],
        "submitted_at": ["1517927174000"],
    }


def test_consent_is_kept_as_it_was_said_with_its_text() -> None:
    boxes = [
        {"value": True, "subscriptionTypeId": 999, "text": "Send me news"},
        {"value": False, "subscriptionTypeId": 777, "text": "Call me"},
    ]
    consent = {"consentToProcess": True, "text": "You may store this", "communications": boxes}
    assert plain(legalConsentOptions={"consent": consent}) == {
        "_consent[processing]": ["yes"],
        "_consent_text[processing]": ["You may store this"],
        "_consent[newsletter]": ["yes"],
        "_consent_text[newsletter]": ["Send me news"],
        "subscription_type": ["999"],
    }


@pytest.mark.parametrize("said", [False, None, "true", 1, "yes"])
def test_whatever_is_not_a_plain_yes_is_a_no(said: object) -> None:
    boxes = [{"value": said, "subscriptionTypeId": 999, "text": "Send me news"}]
    found = plain(legalConsentOptions={"consent": {"consentToProcess": said, "text": "t", "communications": boxes}})
    assert found["_consent[processing]"] == found["_consent[newsletter]"] == ["no"]
    assert found["_consent_text[newsletter]"] == ["Send me news"], "what they did not agree to is known too"


def test_a_legitimate_interest_is_no_consent() -> None:
    interest = {"value": True, "subscriptionTypeId": 999, "legalBasis": "CUSTOMER", "text": "We serve you"}
    assert plain(legalConsentOptions={"legitimateInterest": interest}) == {
        "legitimate_interest": ["We serve you"],
        "legal_basis": ["CUSTOMER"],
        "subscription_type": ["999"],
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"fields": {}}',
        b'{"fields": [1]}',
        b'{"fields": [{"value": "x"}]}',
        b'{"fields": [{"name": "a", "value": {}}]}',
        b'{"fields": [{"name": "a", "value": []}]}',
        b'{"fields": [], "context": [1]}',
        b'{"fields": [], "context": {"hutk": {"a": 1}}}',
        b'{"fields": [], "legalConsentOptions": {"consent": 1}}',
        b'{"fields": [], "legalConsentOptions": {"consent": {"communications": {"a": 1}}}}',
        b'{"fields": [], "legalConsentOptions": {"consent": {"communications": [1]}}}',
        b'{"fields": ' + b"[" * 100_000,
    ],
)
def test_what_is_not_of_this_shape_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        plain_form(raw)


def test_a_body_over_the_limit_is_left_for_the_door_to_refuse() -> None:
    assert len(plain_form(b"[" * (MAX_BODY_BYTES + 1))) == MAX_BODY_BYTES + 1


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "value", "consent"]), inner),
    max_leaves=8,
)
NAMES = ["fields", "context", "legalConsentOptions", "submittedAt"]


@given(st.dictionaries(st.sampled_from(NAMES), ANYTHING))
def test_whatever_comes_is_read_or_refused(sent: dict[str, Any]) -> None:
    try:
        found = json.loads(plain_form(json.dumps(sent).encode()))
    except Malformed:
        return
    assert all(isinstance(value, str) for values in found.values() for value in values)


def test_a_client_is_led_on_or_shown_a_word() -> None:
    assert acceptance_of("Thank you", "https://a.example/thanks") == {"redirectUri": "https://a.example/thanks"}
    assert acceptance_of("Thank you", "") == {"inlineMessage": "Thank you"}


def test_an_error_names_the_field_as_its_clients_read_it() -> None:
    problems = (Problem("TYPE_EMAIL", "email", "not an address"), Problem("NEW_CODE", "size", "too small"))
    assert refusal_of("INVALID_FIELDS", "Two things", problems, "id=") == {
        "status": "error",
        "message": "Two things",
        "correlationId": "id=",
        "errors": [
            {"message": "Error in 'fields.email'. not an address", "errorType": "INVALID_EMAIL"},
            {"message": "Error in 'fields.size'. too small", "errorType": "NEW_CODE"},
        ],
    }
    assert refusal_of("PAYLOAD_TOO_LARGE", "Too large", (), "id=")["errors"] == [
        {"message": "Too large", "errorType": "INPUT_TOO_LARGE"}
    ]


def test_what_was_wrong_with_the_form_is_400_and_all_else_as_it_is() -> None:
    assert [status(ours) for ours in (400, 409, 413, 415, 422)] == [400] * 5
    assert [status(ours) for ours in (403, 404, 410, 429, 503)] == [403, 404, 410, 429, 503]
