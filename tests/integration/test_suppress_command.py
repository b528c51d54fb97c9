"""`leadbell suppress`, and what `leadbell status` says of mails to visitors."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from cli import visitor_mail
from cli.errors import CommandError
from cli.finding import Finding
from cli.service import Service as Deployed
from leadbell.events import REQUESTED, Fact, Trust
from leadbell.outbox.mailing_rules import DAY_IS_FULL, unanswered_key
from leadbell.outbox.visitor_mails import Kind, Promised
from leadbell.outbox.visitor_outbox import born
from tests.integration.on_aws import Command, OnAws
from tests.integration.service import EVA, KEYS, MONDAY, Service

EMAIL = EVA["email"]
SENDER = "news@tidewell.example"
Suppress = Callable[..., str]


@pytest.fixture
def suppress(leadbell: Command) -> Suppress:
    """Runs `leadbell suppress` with these words and gives what it printed."""
    return lambda *words: leadbell("suppress", *words).stdout.strip()


def test_an_address_is_suppressed_shown_and_let_go(suppress: Suppress) -> None:
    assert suppress("show", EMAIL) == f"{EMAIL} can get mail."
    assert suppress("add", EMAIL, "--reason", "bounced") == f"Suppressed: {EMAIL} gets no more mail."
    assert suppress("add", EMAIL) == f"{EMAIL} is already suppressed."
    assert suppress("show", EMAIL) == f"{EMAIL} is suppressed: bounced."
    assert json.loads(suppress("show", EMAIL, "--json")) == {"suppressed": True, "reason": "bounced"}
    assert suppress("remove", EMAIL) == f"{EMAIL} can get mail again."
    with pytest.raises(CommandError, match="is not suppressed"):
        suppress("remove", EMAIL)


@pytest.mark.parametrize("what", ["add", "show", "remove"])
def test_what_is_no_address_is_refused_in_a_sentence(suppress: Suppress, what: str) -> None:
    with pytest.raises(CommandError, match="'eva' is not an e-mail address or phone number"):
        suppress(what, "eva")


def test_a_number_that_nobody_suppressed_is_not_let_go(suppress: Suppress) -> None:
    with pytest.raises(CommandError, match="is not suppressed"):
        suppress("remove", "+46701740605")


def test_a_number_gets_no_mail_and_is_not_suppressed(service: Service, suppress: Suppress, leadbell: Command) -> None:
    with pytest.raises(CommandError, match="only e-mail addresses can be suppressed") as refused:
        suppress("add", "+46701740605")
    assert "leadbell consent +46701740605 --withdraw sales_contact" in refused.value.fix
    with pytest.raises(CommandError, match="only e-mail addresses can be suppressed"):
        leadbell("erase", "+46701740605", "--yes", "--suppress")
    assert service.items() == []


def test_they_are_counted_by_reason_and_kept_without_an_address(service: Service, suppress: Suppress) -> None:
    suppress("add", EMAIL)
    suppress("add", "bo@acme.example.com", "--reason", "complained")
    suppress("add", "kim@acme.example.com", "--reason", "complained")
    assert json.loads(suppress("count", "--json")) == {"asked": 1, "complained": 2}
    assert suppress("count").split() == ["1", "asked", "2", "complained", "3", "in", "total"]
    assert "acme" not in f"{service.items()}"


def test_letting_an_address_go_forgets_the_mails_it_never_answered(service: Service, suppress: Suppress) -> None:
    pk = unanswered_key(KEYS, EMAIL)
    service.table.put({"pk": pk, "sk": "RATE", "n": 3})
    assert suppress("remove", EMAIL) == f"{EMAIL} can get mail again."
    assert service.table.get(pk, "RATE") is None


# ---- leadbell status -------------------------------------------------------------------------------------------------


def told(stack: OnAws, sender: str = SENDER, account: dict[str, bool] | None = None) -> list[Finding]:
    """What is said of a stack with a sender; SES knows its domain once it says anything of the `account`."""
    stack.functions.variables["SENDER_EMAIL"] = sender
    stack.clients["sesv2"] = ses = boto3.client("sesv2")
    ask = ses.get_email_identity
    ses.get_account = lambda: account
    if account is not None:
        ses.get_email_identity = lambda EmailIdentity: (
            {"VerifiedForSendingStatus": True} if "@" not in EmailIdentity else ask(EmailIdentity=EmailIdentity)
        )
    return list(visitor_mail.mail_to_visitors(Deployed(stack)))


def test_without_a_sender_the_status_says_single_opt_in(stack: OnAws) -> None:
    (finding,) = told(stack, "")
    assert finding.is_well
    assert "single opt-in" in finding.found
    assert "SenderEmail" in finding.fix


def test_a_sender_that_nobody_verified_is_told(stack: OnAws) -> None:
    (finding,) = told(stack)
    assert not finding.is_well
    assert "not verified" in finding.found


@pytest.mark.parametrize(
    ("account", "is_well", "found"),
    [
        ({"ProductionAccessEnabled": True}, True, "double opt-in from"),
        ({"ProductionAccessEnabled": False}, False, "sandbox"),
        ({"ProductionAccessEnabled": True, "SendingEnabled": False}, False, "paused"),
    ],
)
def test_what_ses_lets_out_is_told(stack: OnAws, account: dict[str, bool], is_well: bool, found: str) -> None:
    (finding,) = told(stack, account=account)
    assert finding.is_well is is_well
    assert found in finding.found


@pytest.mark.parametrize(
    ("dkim", "found"),
    [
        ({"SigningEnabled": True, "Status": "SUCCESS"}, ""),
        (
            {"SigningEnabled": True, "Status": "PENDING"},
            "does not sign mails from tidewell.example with DKIM (PENDING)",
        ),
        ({"SigningEnabled": False, "Status": "SUCCESS"}, "with DKIM (switched off)"),
        (None, "only the address is verified, not tidewell.example"),
    ],
)
def test_a_sender_whose_mails_fail_dmarc_is_told(stack: OnAws, dkim: dict[str, Any] | None, found: str) -> None:
    stack.functions.variables["SENDER_EMAIL"] = SENDER
    stack.clients["sesv2"] = ses = boto3.client("sesv2")

    def identity(EmailIdentity: str) -> dict[str, Any]:
        if "@" not in EmailIdentity and dkim is None:
            raise ClientError({"Error": {"Code": "NotFoundException"}}, "GetEmailIdentity")
        return {"VerifiedForSendingStatus": True, "DkimAttributes": dkim or {}}

    ses.get_email_identity, ses.get_account = identity, lambda: {"ProductionAccessEnabled": True}
    findings = {each.name: each for each in visitor_mail.mail_to_visitors(Deployed(stack))}
    assert findings["mail to visitors"].is_well
    assert ("DKIM" in findings) is bool(found)
    if found:
        assert found in findings["DKIM"].found
        assert findings["DKIM"].is_warning
        assert "aws sesv2 " in findings["DKIM"].fix


def test_mails_over_the_limit_of_a_day_are_told_with_what_to_do(service: Service, stack: OnAws) -> None:
    signup = Fact("x", REQUESTED, MONDAY, MONDAY, Trust.SUBMITTED, {"email": EMAIL}, key="EVENT#2026-03-02#x")
    waiting = {**born("a", Promised(Kind.CONFIRM, signup), MONDAY), "state": "blocked", "why": DAY_IS_FULL}
    service.table.put({"pk": "CONTACT#a", "sk": "MAIL#confirm-x", **waiting, "due_pk": "DUE#3"})
    held_up = told(stack, account={"ProductionAccessEnabled": True})[-1]
    assert held_up.found == f"1 ({DAY_IS_FULL})"
    assert "PARAMETERS='FirstMailsPerDay=2000'" in held_up.fix


def test_mails_that_ses_holds_up_are_counted_by_its_own_word(service: Service, stack: OnAws) -> None:
    signup = Fact("x", REQUESTED, MONDAY, MONDAY, Trust.SUBMITTED, {"email": EMAIL}, key="EVENT#2026-03-02#x")
    mail = born("a", Promised(Kind.CONFIRM, signup), MONDAY)
    due = {**mail, "due_pk": "DUE#3", "state": "blocked", "why": "AccessDeniedException"}
    for name in ("a", "b"):
        service.table.put({"pk": f"CONTACT#{name}", "sk": "MAIL#confirm-x", **due})
    service.table.put({"pk": "CONTACT#c", "sk": "MAIL#confirm-x", **due, "state": "pending", "why": "Throttling"})
    _, held_up = told(stack, account={"ProductionAccessEnabled": True})
    assert (held_up.is_well, held_up.found) == (False, "2 (AccessDeniedException)")
