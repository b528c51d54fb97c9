"""docs/how-to/operate.md tells the truth: each alarm has its section, and what is to be typed is there."""

import re
from pathlib import Path

import boto3
import pytest
import typer
from moto import mock_aws
from ruamel.yaml import YAML

from cli.main import app

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/how-to/operate.md").read_text(encoding="utf-8")
RESTORE = ROOT / "docs/how-to/restore-a-backup.md"
ALARMS = [
    resource["Properties"]["AlarmName"].value.removeprefix("${AWS::StackName}-").replace("-", " ").capitalize()
    for resource in YAML().load(ROOT / "template.yaml")["Resources"].values()
    if resource["Type"] == "AWS::CloudWatch::Alarm"
]


def section(title: str) -> str:
    return re.split(r"^##", PAGE.partition(f"# {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("alarm", ALARMS)
def test_each_alarm_has_its_section(alarm: str) -> None:
    assert len(section(alarm)) > 100


def test_no_section_is_about_an_alarm_that_is_gone() -> None:
    assert re.findall(r"^### (.*)$", PAGE, re.MULTILINE) == ALARMS


def test_each_alarm_is_told_what_to_look_at_or_type() -> None:
    for alarm in ALARMS:
        assert re.search(r"`leadbell |^leadbell |^aws |\blog\b", section(alarm), re.MULTILINE), alarm


def commands() -> set[tuple[str, ...]]:
    """The words after `leadbell` in the page, as far as they name a command: without arguments and options."""
    said = re.findall(r"(?:`|^)leadbell ((?:[a-z-]+)(?: [a-z-]+)?)", PAGE, re.MULTILINE)
    return {tuple(each.split()) for each in said}


def test_each_command_named_exists() -> None:
    known = typer.main.get_command(app)
    groups = {name: set(getattr(command, "commands", {})) for name, command in known.commands.items()}  # type: ignore[attr-defined]
    assert len(commands()) >= 6
    for words in commands():
        assert words[0] in groups, words
        if groups[words[0]]:
            assert words[1] in groups[words[0]], words


def test_each_option_named_exists() -> None:
    known = typer.main.get_command(app)
    for words, option in re.findall(r"(?:`|^)leadbell ([a-z-]+)[^\n`#]*? (--[a-z-]+)", PAGE, re.MULTILINE):
        command = known.commands[words]  # type: ignore[attr-defined]
        every = [command, *getattr(command, "commands", {}).values()]
        assert any(option in parameter.opts for each in every for parameter in each.params), (words, option)


def test_each_heading_linked_to_is_there() -> None:
    headings = {
        re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-") for each in re.findall(r"^#+ (.*)$", PAGE, re.M)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= headings


def test_the_figures_named_are_those_of_the_template() -> None:
    resources = YAML().load(ROOT / "template.yaml")["Resources"]
    for stream in ("ScoreStream", "NotifyStream"):
        properties = resources[stream]["Properties"]
        assert (properties["MaximumRetryAttempts"], properties["MaximumRecordAgeInSeconds"]) == (10, 6 * 3600)
    assert resources["FailureBucket"]["Properties"]["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 30


def test_the_program_that_restores_puts_back_what_is_missing_and_the_other_carries_the_secret() -> None:
    restores, carries = re.findall(r"^```python\n(.*?)^```$", RESTORE.read_text(encoding="utf-8"), re.M | re.S)
    keys = [{"AttributeName": name, "KeyType": kind} for name, kind in (("pk", "HASH"), ("sk", "RANGE"))]
    types = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-north-1")
        for name in ("leadbell-then", "TABLE_NAME"):
            client.create_table(
                TableName=name, KeySchema=keys, AttributeDefinitions=types, BillingMode="PAY_PER_REQUEST"
            )
        for table, sk, word in (
            ("leadbell-then", "EVENT#1", "lost"),
            ("leadbell-then", "STANDING", "old"),
            ("TABLE_NAME", "STANDING", "new"),
            ("leadbell-then", "ACTIVE", "its secret"),
            ("TABLE_NAME", "ACTIVE", "another secret"),
        ):
            pk = "CONFIG#secret" if sk == "ACTIVE" else "CONTACT#c"
            client.put_item(TableName=table, Item={"pk": {"S": pk}, "sk": {"S": sk}, "word": {"S": word}})
        told = []
        for program in (restores, carries):
            exec(compile(program, RESTORE.name, "exec"), {})  # it is our own page
            found = client.scan(TableName="TABLE_NAME")["Items"]
            told.append({item["sk"]["S"]: item["word"]["S"] for item in found})
    kept = {"EVENT#1": "lost", "STANDING": "new"}
    assert told == [{**kept, "ACTIVE": "another secret"}, {**kept, "ACTIVE": "its secret"}]
