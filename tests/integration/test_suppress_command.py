"""`leadbell suppress`, and what `leadbell status` says of mails to visitors."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from cli import visitor_mail
from cli.commands import suppress as command
from cli.errors import CommandError
from cli.finding import Finding
from cli.main import app
from cli.service import Service as Deployed
from leadbell.outbox.visitor_delivery import unanswered_key
from tests.integration.service import ENVIRONMENT, EVA, Service
from tests.integration.test_sales_command import LocalStack

EMAIL = EVA["email"]
SENDER = "news@tidewell.example"
Leadbell = Callable[..., str]


@pytest.fixture
def leadbell(service: Service, monkeypatch: pytest.MonkeyPatch) -> Leadbell:
    """Runs `leadbell suppress` with these words and gives what it printed; an error of ours is raised."""
    monkeypatch.setattr(command, "connect", lambda *_: LocalStack(service))
    monkeypatch.setattr(command, "now", service.clock)

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, ["suppress", *words])
        if result.exception is not None:
            raise result.exception
        return result.stdout.strip()

    return run


def test_an_address_is_suppressed_shown_and_let_go(leadbell: Leadbell) -> None:
    assert leadbell("show", EMAIL) == f"{EMAIL} may be mailed."
    assert leadbell("add", EMAIL, "--reason", "bounced") == f"{EMAIL} is never mailed by us."
    assert leadbell("add", EMAIL) == f"Nothing new: {EMAIL} was suppressed before."
    assert leadbell("show", EMAIL) == f"{EMAIL} is never mailed: bounced."
    assert json.loads(leadbell("show", EMAIL, "--json")) == {"suppressed": True, "reason": "bounced"}
    assert leadbell("remove", EMAIL) == f"{EMAIL} may be mailed again."
    with pytest.raises(CommandError, match="is not suppressed"):
        leadbell("remove", EMAIL)


@pytest.mark.parametrize("what", ["add", "show", "remove"])
def test_what_is_no_address_is_refused_in_a_sentence(leadbell: Leadbell, what: str) -> None:
    with pytest.raises(CommandError, match="'eva' is no e-mail address"):
        leadbell(what, "eva")


def test_a_number_that_nobody_suppressed_is_not_let_go(leadbell: Leadbell) -> None:
    with pytest.raises(CommandError, match="is not suppressed"):
        leadbell("remove", "+46701740605")


def test_they_are_counted_by_reason_and_kept_without_an_address(service: Service, leadbell: Leadbell) -> None:
    leadbell("add", EMAIL)
    leadbell("add", "bo@acme.example.com", "--reason", "complained")
    leadbell("add", "kim@acme.example.com", "--reason", "complained")
    assert json.loads(leadbell("count", "--json")) == {"asked": 1, "complained": 2}
    assert leadbell("count").split() == ["1", "asked", "2", "complained", "3", "in", "all"]
    assert "acme" not in f"{service.items()}"


def test_letting_an_address_go_forgets_the_mails_it_never_answered(service: Service, leadbell: Leadbell) -> None:
    pk = unanswered_key(ENVIRONMENT["CONTACT_SALT"], EMAIL)
    service.table.put({"pk": pk, "sk": "RATE", "n": 3})
    assert leadbell("remove", EMAIL) == f"{EMAIL} may be mailed again."
    assert service.table.get(pk, "RATE") is None


# ---- leadbell status -------------------------------------------------------------------------------------------------


class WithSender(LocalStack):
    """A stack that was deployed with a sender; `account` is what SES says of the account, once it knows the domain."""

    def __init__(self, service: Service, sender: str = SENDER, account: dict[str, bool] | None = None) -> None:
        super().__init__(service)
        self._sender, self._account = sender, account

    def client(self, name: str, **_: Any) -> Any:
        if name != "sesv2":
            return super().client(name)
        ses = boto3.client("sesv2")
        ask = ses.get_email_identity
        ses.get_account = lambda: self._account
        if self._account is not None:
            ses.get_email_identity = lambda EmailIdentity: (
                {"VerifiedForSendingStatus": True} if "@" not in EmailIdentity else ask(EmailIdentity=EmailIdentity)
            )
        return ses

    def get_function_configuration(self, **_: str) -> dict[str, Any]:
        return {"Environment": {"Variables": ENVIRONMENT | {"SENDER_EMAIL": self._sender}}}


def told(stack: WithSender) -> list[Finding]:
    return list(visitor_mail.mail_to_visitors(Deployed(stack)))  # type: ignore[arg-type]


def test_without_a_sender_the_status_says_single_opt_in(service: Service) -> None:
    (finding,) = told(WithSender(service, ""))
    assert finding.is_well
    assert "single opt-in" in finding.found
    assert "SenderEmail" in finding.fix


def test_a_sender_that_nobody_verified_is_told(service: Service) -> None:
    (finding,) = told(WithSender(service))
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
def test_what_ses_lets_out_is_told(service: Service, account: dict[str, bool], is_well: bool, found: str) -> None:
    (finding,) = told(WithSender(service, account=account))
    assert finding.is_well is is_well
    assert found in finding.found


def test_mails_that_ses_holds_up_are_counted_by_its_own_word(service: Service) -> None:
    due = {"due_pk": "DUE#3", "due_at": "2026-03-02T09:15:00.000Z", "state": "blocked", "why": "AccessDeniedException"}
    for name in ("a", "b"):
        service.table.put({"pk": f"CONTACT#{name}", "sk": "MAIL#confirm-x", **due})
    service.table.put({"pk": "CONTACT#c", "sk": "MAIL#confirm-x", **due, "state": "pending", "why": "Throttling"})
    _, held_up = told(WithSender(service, account={"ProductionAccessEnabled": True}))
    assert (held_up.is_well, held_up.found) == (False, "2 (AccessDeniedException)")
