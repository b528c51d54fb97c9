"""`leadbell forms unread` over stored submissions."""

import json

from tests.integration.on_aws import Command
from tests.integration.service import EVA, Service


def test_names_are_listed_with_a_line_for_the_file_and_without_values(service: Service, leadbell: Command) -> None:
    service.post("/forms/contact", {**EVA, "zork": "a secret", "message": "Hello there"})
    service.post("/newsletter", {"email": "bo@acme.example.com", "zork": "another"})
    service.pump()
    shown = leadbell("forms", "unread").stdout
    assert '- {name: "zork", to: none}' in shown
    assert "secret" not in shown
    assert "leadbell forms publish forms.yaml" in shown
    told = json.loads(leadbell("forms", "unread", "--json").stdout)
    assert [(each["form"], each["name"], each["times"]) for each in told] == [
        ("contact", "zork", 1),
        ("newsletter", "zork", 1),
    ]


def test_nothing_unread_is_said(service: Service, leadbell: Command) -> None:
    service.post("/forms/contact", EVA)
    service.pump()
    assert "Every field name was understood." in leadbell("forms", "unread").stdout
