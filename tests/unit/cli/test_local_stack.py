"""The parts of the local run that need no emulator."""

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from cli.errors import CommandError
from cli.local import pages, project
from cli.local.earlier import set_aside
from cli.local.emulator import forget_stream_positions
from cli.local.inbox import Inbox, Mail
from cli.local.narration import Episode, panel, strongest, tell
from cli.local.routes import Template, make_routes
from leadbell.events import FACT_TYPES

API = "http://127.0.0.1:4566/_aws/execute-api/abcd1234/%24default"
MAIL = Mail("sales@example.com", "Sales lead A1", "line 1\nline 2", "2026-11-21T20:00:00.000+00:00")


def _shown(renderable: Any) -> str:
    console = Console(width=200, force_terminal=False)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


def test_the_inbox_keeps_its_mails_and_takes_a_message_once(tmp_path: Path) -> None:
    first = Inbox(tmp_path / "inbox.jsonl")
    assert first.receive("message-1 sales@example.com", MAIL)
    assert not first.receive("message-1 sales@example.com", MAIL)
    second = Inbox(tmp_path / "inbox.jsonl")
    assert second.mails == [MAIL]
    assert not second.receive("message-1 sales@example.com", MAIL)


def test_data_of_an_earlier_version_is_kept_under_another_name(tmp_path: Path) -> None:
    data = tmp_path / ".leadbell"
    for folder in ("state", "s3", "build"):
        (data / folder).mkdir(parents=True)
    (data / "inbox.jsonl").write_text("mails", encoding="utf-8")
    (data / "run.lock").touch()
    assert set_aside(data) == tmp_path / ".leadbell-old"
    assert {each.name for each in (tmp_path / ".leadbell-old").iterdir()} == {"state", "s3", "inbox.jsonl"}
    assert {each.name for each in data.iterdir()} == {"build", "run.lock", "format"}
    (data / "state").mkdir()
    assert set_aside(data) is None
    (data / "format").unlink()
    assert set_aside(data) == tmp_path / ".leadbell-old2"


def test_a_new_folder_has_nothing_to_keep_and_data_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    assert set_aside(tmp_path) is None
    (tmp_path / "format").write_text("3", encoding="ascii")
    with pytest.raises(CommandError, match="later version"):
        set_aside(tmp_path)


def test_what_a_visitor_wrote_stays_text_in_the_inbox() -> None:
    hostile = Mail(
        "<b>to</b>", "<script>1</script>", f"<img src=x> {API}/alerts/abc.def http://evil.example", MAIL.received_at
    )
    html = pages.inbox_list([hostile], API)
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html
    assert html.count("<a ") == 1
    assert f'href="{API}/alerts/abc.def"' in html


def test_newest_mail_comes_first() -> None:
    html = pages.inbox_list([MAIL, Mail("a@example.com", "Later", "", MAIL.received_at)], API)
    assert html.index("Later") < html.index("Sales lead A1")


def test_every_form_of_the_website_posts_straight_to_the_api() -> None:
    html = pages.website(API)
    for path in ("/forms/demo", "/forms/contact", "/downloads/guide", "/newsletter"):
        assert f'method="post" action="{API}{path}"' in html


def test_a_visitors_words_steer_neither_terminal_nor_markup() -> None:
    fact = {"type": "form.submitted", "fields": {"name": "Eve [red]\x1b[2J\nx", "form": "contact", "asks": "question"}}
    told = _shown(tell(Episode(facts=[fact]), "10:00:00"))
    assert "\x1b" not in told
    assert "Eve [red][2J x: asked a question" in told
    assert "not scored yet" in told


@pytest.mark.parametrize(("rep", "to"), [("anna", "anna"), ("", "the default inbox")])
def test_a_mail_is_told_with_the_inbox_it_goes_to(rep: str, to: str) -> None:
    mail = {"sk": "ALERT#000001", "heard": "alert", "number": 1, "rep": rep}
    facts: list[Any] = [{"type": "sales.accepted", "fields": {}}]
    told = _shown(tell(Episode(facts=facts, standing={"name": "Kim"}, outgoing=[mail]), "10:00:00"))
    assert f"alert #1 to {to}" in told
    assert f"Kim: {FACT_TYPES['sales.accepted'].label}" in told


@pytest.mark.parametrize(
    ("count", "last"), [(1, ("r1", 9)), (5, ("r5", 5)), (6, ("r6", 4)), (7, ("2 other reasons", 7))]
)
def test_a_rest_of_one_reason_is_told_by_its_name(count: int, last: tuple[str, int]) -> None:
    reasons = [(f"r{number}", 10 - number) for number in range(1, count + 1)]
    assert strongest(reasons)[-1] == last
    assert sum(points for _, points in strongest(reasons)) == sum(points for _, points in reasons)


def test_a_link_in_a_mail_of_an_earlier_run_leads_to_the_port_of_this_one() -> None:
    old, new = (f"http://127.0.0.1:{port}/_aws/execute-api/1eadbe11/%24default" for port in (4566, 4710))
    body = f"This lead as a page: {old}/alerts/abc\nElsewhere: http://127.0.0.1:4566/_aws/execute-api/other/alerts/abc"
    page = pages.inbox_list([Mail("sales@example.com", "Lead", body, "2026-03-02T09:00:00+00:00")], new)
    assert f'<a href="{new}/alerts/abc">{new}/alerts/abc</a>' in page
    assert page.count("<a ") == 1


def test_an_account_tells_grade_reasons_and_why_there_is_no_alert() -> None:
    standing = {"name": "Kim", "stage": "iql", "grade": "B2", "fit": 50, "interest": 35}
    standing |= {"reasons": {"asked a question": 35}}
    told = _shown(
        tell(
            Episode(moves=[{"from": "prospect"}], standing=standing, verdict="No alert: no request."),
            "10:00:00",
        )
    )
    assert "prospect → information-qualified (IQL)" in told
    assert "grade B2" in told
    assert "+35 asked a question" in told
    assert "No alert: no request." in told


def test_a_mail_in_the_terminal_has_no_control_characters() -> None:
    assert "\x1b" not in _shown(panel(Mail("a@example.com", "S\x1b[2J", "b\x1b[2J", MAIL.received_at)))


def test_saved_stream_positions_are_forgotten_and_nothing_else(tmp_path: Path) -> None:
    state = tmp_path / "lambda.json"
    state.write_text(json.dumps({"payload": {"functions": {"f": 1}, "dynamodb_stream_positions": {"m": 7}}}))
    forget_stream_positions(state)
    assert json.loads(state.read_text()) == {"payload": {"functions": {"f": 1}, "dynamodb_stream_positions": {}}}
    forget_stream_positions(tmp_path / "missing.json")


def test_cors_comes_from_the_processed_template() -> None:
    cors = {
        "Fn::If": ["HasOrigins", {"allowOrigins": {"Fn::Split": [",", {"Ref": "Origins"}]}}, {"Ref": "AWS::NoValue"}]
    }
    conditions = {"HasOrigins": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Origins"}, ""]}]}}
    assert Template({}, {"Origins": "a,b"}, conditions).value(cors) == {"allowOrigins": ["a", "b"]}
    assert Template({}, {"Origins": ""}, conditions).value(cors) is None


def test_a_template_without_an_api_is_told() -> None:
    with pytest.raises(CommandError, match="no HTTP API"):
        Template({"Table": {"Type": "AWS::DynamoDB::Table"}}, {}, {}).the_api()


class FakeGateway:
    """The six calls of API Gateway that making routes needs."""

    def __init__(self) -> None:
        self.routes: list[dict[str, str]] = []
        self.integrations: list[dict[str, str]] = []

    def get_routes(self, ApiId: str) -> dict[str, Any]:
        return {"Items": list(self.routes)}

    def get_integrations(self, ApiId: str) -> dict[str, Any]:
        return {"Items": list(self.integrations)}

    def create_integration(self, IntegrationUri: str, **_: str) -> dict[str, str]:
        self.integrations.append({"IntegrationId": f"i{len(self.integrations)}", "IntegrationUri": IntegrationUri})
        return self.integrations[-1]

    def create_route(self, ApiId: str, RouteKey: str, Target: str) -> None:
        self.routes.append({"RouteId": f"r{len(self.routes)}", "RouteKey": RouteKey, "Target": Target})

    def delete_route(self, ApiId: str, RouteId: str) -> None:
        self.routes = [route for route in self.routes if route["RouteId"] != RouteId]


def test_routes_are_made_once_and_follow_the_template() -> None:
    gateway = FakeGateway()
    wanted = {"POST /forms/{form_id}": "arn:forms", "GET /thanks": "arn:forms", "POST /newsletter": "arn:newsletter"}
    make_routes(gateway, "api", wanted)
    made = list(gateway.routes)
    make_routes(gateway, "api", wanted)
    assert gateway.routes == made
    assert len(gateway.integrations) == 2

    make_routes(gateway, "api", {"GET /thanks": "arn:newsletter"})
    assert [(route["RouteKey"], route["Target"]) for route in gateway.routes] == [("GET /thanks", "integrations/i1")]


@pytest.mark.parametrize(
    ("system", "machine", "layer", "functions"),
    [
        ("linux", "x86_64", "x86_64", "x86_64"),
        ("linux", "aarch64", "arm64", "arm64"),
        ("darwin", "arm64", "host", "arm64"),
        ("darwin", "x86_64", "host", "x86_64"),
    ],
)
def test_the_layer_is_one_that_this_machine_can_load(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, layer: str, functions: str
) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert (project.layer_architecture(), project.architecture()) == (layer, functions)
