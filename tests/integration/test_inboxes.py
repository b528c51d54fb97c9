"""Each inbox has a reader, confirmed so that nobody else can end it; and where not, somebody is told within a day."""

import re
from dataclasses import dataclass, replace
from typing import Any

import pytest

from cli.subscriptions import addresses
from leadbell.sales.reps import Reps
from leadbell.sales.routing import Rep
from tests.aws.chance import Plain
from tests.aws.sns import Kind, Sns
from tests.aws.sqs import Sqs
from tests.integration.log_lines import LogLines
from tests.integration.on_aws import ALARMS, OnAws, ran, said, told
from tests.integration.sam_template import ROOT, Intrinsic, template
from tests.integration.service import DEFAULT_INBOX, REGION, Clock, Context, Service

# ---- confirm --------------------------------------------------------------------------------------------------------


@dataclass
class Office:
    """A strict SNS where the default inbox waits to be confirmed, and the command line."""

    sns: Sns
    clock: Clock
    reps: Reps
    reader: str = "sales@example.com"

    def link(self) -> str:
        token = [mail for mail in self.sns.inbox[self.reader] if mail.kind is Kind.CONFIRMATION][-1].token
        return f"https://sns.{REGION}.amazonaws.com/confirmation.html?TopicArn={DEFAULT_INBOX}&Token={token}"

    def mail(self) -> Any:
        self.sns.publish(TopicArn=DEFAULT_INBOX, Message="hello", Subject="hello")
        return [mail for mail in self.sns.inbox[self.reader] if mail.kind is Kind.NOTIFICATION][-1]


@pytest.fixture
def office(service: Service, stack: OnAws, clock: Clock) -> Office:
    stack.clients["sns"] = sns = Sns(clock, Plain(), Sqs(clock, Plain()))
    for topic in (DEFAULT_INBOX, ALARMS):
        sns.create_topic(Name=topic.rpartition(":")[2])
    made = Office(sns, clock, Reps(service.table))
    sns.subscribe(TopicArn=DEFAULT_INBOX, Protocol="email", Endpoint=made.reader)
    return made


def test_an_inbox_confirmed_by_the_command_cannot_be_left_by_a_link(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = said(capsys, "confirm", f"{office.link()}&Endpoint={office.reader}")
    assert printed == "Confirmed: default inbox. Only this AWS account can unsubscribe it."
    assert not office.sns.follow_unsubscribe(office.mail())
    assert "1 confirmed address" in said(capsys, "status")


def test_an_inbox_confirmed_by_its_link_can_be_left_by_anybody_and_status_says_so(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    link = office.link()
    office.sns.follow_confirmation(office.sns.inbox[office.reader][-1])
    assert "1 of them by opening the link" in said(capsys, "status")
    assert "already confirmed by opening the link" in said(capsys, "confirm", link, status=1)
    assert office.sns.follow_unsubscribe(office.mail())


def test_status_says_that_a_new_account_runs_few_functions_at_once(
    stack: OnAws, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.sns.follow_confirmation(office.sns.inbox[office.reader][-1])
    assert "ok functions at once: 1,000" in said(capsys, "status")
    stack.functions.at_once = 10
    printed = said(capsys, "status")
    assert "warning functions at once: this account runs 10 functions at once" in printed
    assert "aws service-quotas request-service-quota-increase" in printed


def test_status_names_each_inbox_that_nobody_reads(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    topic = office.sns.create_topic(Name="leadbell-rep-nils")["TopicArn"]
    office.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="nils@example.com")
    office.reps.save(Rep("nils", "Nils", topic))
    printed = said(capsys, "status", status=1)
    assert "blocked default inbox: no confirmed address" in printed
    assert "blocked rep nils: no confirmed address" in printed
    assert f"aws sns subscribe --protocol email --topic-arn {topic}" in printed


def test_the_fixes_name_the_stack(stack: OnAws, office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    object.__setattr__(stack, "name", "ours")
    shown = said(capsys, "status", status=1)
    assert 'leadbell confirm "LINK" --stack-name ours' in shown
    assert "make deploy STACK=ours PARAMETERS='SenderEmail=" in shown


def add_rep(office: Office, capsys: pytest.CaptureFixture[str], address: str, *words: str) -> str:
    """Adds or changes Anna, who confirms the mail from AWS at once; gives all that was printed."""
    printed = "".join(ran(capsys, "reps", "add", "anna", "--email", address, *words))
    (asked,) = (mail for mail in office.sns.inbox[address][-1:] if mail.kind is Kind.CONFIRMATION)
    office.sns.follow_confirmation(asked)
    return printed


def test_an_earlier_address_of_a_rep_is_named_with_the_command_that_ends_it(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "confirm", office.link())
    assert "Warning" not in add_rep(office, capsys, "anna@example.com")
    printed = add_rep(office, capsys, "anna@new.example")
    topic = office.reps.named("anna").topic_arn
    arns = addresses(office.sns, topic)
    command = f"aws sns unsubscribe --subscription-arn {arns['anna@example.com']} --region {REGION}"
    assert f"Warning: anna@example.com gets the alerts too. To end that: {command}" in printed
    shown = said(capsys, "status")
    assert "Status of the stack leadbell (eu-north-1)" in shown
    assert "warning rep anna: 2 confirmed addresses (2 of them by opening the link), each gets every alert: " in shown
    assert f"anna@example.com: {command}" in shown
    assert "ok rep anna" not in shown
    assert "anna@new.example" in said(capsys, "reps", "list")
    office.sns.unsubscribe(SubscriptionArn=arns["anna@example.com"])
    assert "anna@example.com" not in said(capsys, "status")


def test_what_is_left_out_of_a_rep_stays_as_it_was(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    add_rep(office, capsys, "anna@example.com", "--name", "Anna", "--countries", "SE,NO")
    add_rep(office, capsys, "anna@new.example")
    rep = office.reps.named("anna")
    assert (rep.name, rep.countries) == ("Anna", ("SE", "NO"))
    printed = add_rep(office, capsys, "anna@newer.example", "--countries", "")
    assert "anna covers all countries that no other rep covers." in printed
    assert office.reps.named("anna").countries == ()


def test_a_rep_is_changed_without_naming_the_address_again(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    add_rep(office, capsys, "anna@example.com", "--name", "Anna")
    office.reps.save(replace(office.reps.named("anna"), active=False))
    before = office.reps.named("anna")
    said(capsys, "reps", "add", "anna", "--countries", "SE")
    assert office.reps.named("anna") == replace(before, countries=("SE",))
    assert "A new rep needs an address for the alerts." in said(capsys, "reps", "add", "bo", status=1)
    assert [rep.id for rep in office.reps.all()] == ["anna"]
    team = sorted(line["what"] for line in told(capsys, "audit") if line["deed"] == "team changed")
    assert team == ["anna added", "anna changed"]


def test_the_same_link_twice_is_fine(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = (told(capsys, "confirm", office.link()) for _ in range(2))
    assert first == second
    assert [each["inbox"] for each in first] == ["default inbox"]


@pytest.mark.parametrize("later", [{"days": 2}, {"days": 30}])
def test_a_link_that_is_too_old_is_told_with_the_way_to_a_new_one(
    office: Office, capsys: pytest.CaptureFixture[str], later: dict[str, float]
) -> None:
    link = office.link()
    office.clock.move(**later)
    printed = said(capsys, "confirm", link, status=1)
    assert "older than two days" in printed
    assert f"aws sns subscribe --protocol email --topic-arn {DEFAULT_INBOX}" in printed


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("sales@example.com", "An e-mail address cannot be confirmed by itself"),
        (
            "https://sns.us-east-1.amazonaws.com/confirmation.html?TopicArn=t&Token=t",
            "This is not a link to sns.eu-north-1",
        ),
        ("https://sns.eu-north-1.amazonaws.com.evil.example/?TopicArn=t&Token=t", "amazonaws.com.evil.example"),
        ("https://sns.eu-north-1.amazonaws.com@evil.example/?TopicArn=t&Token=t", "@evil.example"),
        ("http://sns.eu-north-1.amazonaws.com/?TopicArn=t&Token=t", "This is not a link to"),
        ("hello", "it leads to no website"),
        ("https://sns.eu-north-1.amazonaws.com/confirmation.html?TopicArn=t", "The link has no Token."),
        ("https://sns.eu-north-1.amazonaws.com/unsubscribe.html?SubscriptionArn=t", "no TopicArn and no Token"),
        (
            "https://sns.eu-north-1.amazonaws.com/?TopicArn=arn:other&Token=t",
            "which does not belong to the stack leadbell",
        ),
    ],
)
def test_a_link_that_is_none_is_told_and_nothing_is_asked_of_aws(
    office: Office, capsys: pytest.CaptureFixture[str], link: str, problem: str
) -> None:
    assert problem in said(capsys, "confirm", office.link(), link, status=1)
    assert office.sns.asked["ConfirmSubscription"] == 0


# ---- Does each inbox have a reader? ---------------------------------------------------------------------------------


def figures(service: Service, lines: LogLines) -> list[float]:
    """NeedsAttention as one sweep writes it; empty where it does not."""
    found: list[float] = lines.one(service.sweep).get("NeedsAttention", [])
    return found


def test_each_active_rep_and_the_default_inbox_need_a_reader(service: Service, lines: LogLines) -> None:
    service.add_rep("sara", "SE")
    service.leave_topic(service.add_rep("nils", "NO"))
    service.leave_topic(service.add_rep("gone"))
    service.leave_topic(DEFAULT_INBOX)
    (gone,) = (rep for rep in Reps(service.table).all() if rep.id == "gone")
    Reps(service.table).save(replace(gone, active=False))
    assert figures(service, lines) == [2]
    assert stored(service)["unread"] == ["default inbox", "nils"]


def test_it_is_looked_at_once_a_day_and_the_figure_stands_each_minute(service: Service, lines: LogLines) -> None:
    asked = Asked(service)
    assert [figures(service, lines) for _ in range(3)] == [[0], [0], [0]]
    service.leave_topic(DEFAULT_INBOX)
    service.clock.move(hours=14, minutes=59)  # it is Monday still
    assert figures(service, lines) == [0]
    assert asked.times == 1
    service.clock.move(minutes=1)
    assert figures(service, lines) == [1]
    assert asked.times == 2


def test_while_somebody_is_missing_it_is_looked_at_every_ten_minutes(service: Service, lines: LogLines) -> None:
    service.leave_topic(DEFAULT_INBOX)
    assert figures(service, lines) == [1]
    service.sns.subscribe(TopicArn=DEFAULT_INBOX, Protocol="email", Endpoint="sales@example.com")
    service.clock.move(minutes=9)
    assert figures(service, lines) == [1]
    service.clock.move(minutes=1)
    assert figures(service, lines) == [0]


def test_of_two_sweeps_one_looks(service: Service, lines: LogLines) -> None:
    service.leave_topic(DEFAULT_INBOX)
    asked = Asked(service)
    service.faults.meanwhile("sweep", "UpdateItem", service.sweep, when=lambda sent: "CONFIG#inboxes" in str(sent))
    service.sweep()
    assert asked.times == 1
    assert stored(service)["checked_on"] == "2026-03-02"


def test_a_check_that_sns_broke_off_is_made_again_within_minutes(service: Service, lines: LogLines) -> None:
    service.leave_topic(DEFAULT_INBOX)
    service.faults.refuse("sweep", "ListSubscriptionsByTopic", "Throttled", status=429)
    assert figures(service, lines) == []
    service.faults.end()
    service.clock.move(minutes=1)
    assert figures(service, lines) == [0]  # somebody else may still be at it
    service.clock.move(minutes=1)
    assert figures(service, lines) == [1]


def test_a_table_that_does_not_answer_costs_the_figure_and_not_the_sweep(service: Service, lines: LogLines) -> None:
    service.faults.refuse("sweep", "GetItem", when=lambda sent: "CONFIG#inboxes" in str(sent))
    assert figures(service, lines) == []


def test_a_sweep_without_time_leaves_the_check_to_the_next(service: Service) -> None:
    hurried = Context("leadbell-sweep", milliseconds_left=5_000)
    service.apps["sweep"].lambda_handler({}, hurried)
    assert service.table.get("CONFIG#inboxes", "CHECK") is None
    service.sweep()
    assert stored(service)["unread"] == []


def test_the_alarms_watch_the_figures_that_the_sweep_writes_and_no_other_stack_s() -> None:
    everywhere = template()["Globals"]["Function"]["Environment"]["Variables"]
    namespace = everywhere["POWERTOOLS_METRICS_NAMESPACE"]
    assert namespace == Intrinsic("Sub", "Leadbell/${AWS::StackName}")
    alarms = {
        each["Properties"]["MetricName"]
        for each in template()["Resources"].values()
        if each["Type"] == "AWS::CloudWatch::Alarm" and each["Properties"]["Namespace"] == namespace
    }
    source = (ROOT / "functions/sweep/app.py").read_text(encoding="utf-8")
    assert alarms == set(re.findall(r'figure\("(\w+)"', source))


def stored(service: Service) -> dict[str, Any]:
    item = service.table.get("CONFIG#inboxes", "CHECK")
    assert item is not None
    return item


class Asked:
    """How often the sweep asked SNS who reads a topic; what it remembers from before is forgotten."""

    def __init__(self, service: Service) -> None:
        self.times = 0
        service.faults.watch("sweep", self._see)

    def _see(self, _: str, operation: str, __: Any) -> None:
        self.times += operation == "ListSubscriptionsByTopic"
