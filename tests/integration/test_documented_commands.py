"""What the guides type is done: each block of their commands, in order, for somebody who has asked for a demo."""

import json
import re
from pathlib import Path

import pytest

from tests.integration.on_aws import Command as Leadbell
from tests.integration.service import Service
from tests.unit.docs.pages import PAGES, Command, blocks, commands_in, place

VERA = {
    "name": "Vera Lindqvist",
    "email": "vera.lindqvist@havsvind.example",
    "company": "Havsvind",
    "job_title": "VP Operations",
    "company_size": "250",
    "country": "SE",
}
FILES = {
    "contacts.csv": "Mejl,stage\nbo@havsvind.example,lead\n",
    "domains.csv": "domain,relation\nrival.example,competitor\n",
    "stop.csv": "email,reason\nno@havsvind.example,complained\n",
}
# They need a link of AWS's, inboxes and a failure bucket that are not made here, or a whole stack (test_doctor.py).
NOT_HERE = {"confirm", "status", "redrive", "doctor"}
GUIDES = [page for page in PAGES if "how-to" in place(page) or "explanation" in place(page)]
BLOCKS = [
    (place(page), block)
    for page in GUIDES
    for block in blocks(page, "sh")
    if any(each.words[0] == "leadbell" for each in commands_in(block, "")) and "--stack-name" not in block
]


def commands_of(page: str, block: str) -> list[Command]:
    found = [each for each in commands_in(block, page) if each.words[0] == "leadbell"]
    return [each for each in found if each.words[1] not in NOT_HERE]


@pytest.fixture
def vera(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    """Vera has asked for a demo, another form of hers is in quarantine, and the files of the guides are there."""
    service.clock.move(days=240)
    service.add_rep("anna", "SE")
    service.post("/forms/demo", VERA)
    service.post("/forms/contact", {**VERA, "_gotcha": "filled in"})
    service.pump()
    service.clock.move(days=30)
    monkeypatch.chdir(tmp_path)
    for name, held in FILES.items():
        Path(name).write_text(held, encoding="utf-8")
    return service


@pytest.mark.parametrize(("page", "block"), BLOCKS, ids=[page for page, _ in BLOCKS])
@pytest.mark.usefixtures("vera")
def test_each_block_of_commands_can_be_typed_in_order(leadbell: Leadbell, page: str, block: str) -> None:
    (held,) = json.loads(leadbell("quarantine", "list", "--json").stdout)
    for name in ("model", "forms"):
        Path(f"{name}.yaml").write_text(leadbell(name, "show").stdout, encoding="utf-8")
    for command in commands_of(page, block):
        words = [held["id"] if re.fullmatch("[0-9a-f]{32}", word) else word for word in command.words[1:]]
        done = leadbell(*words, typed="y\n")
        assert done.exit_code == 0, done.output
        if command.into:
            Path(command.into).write_text(done.stdout, encoding="utf-8")


def test_most_of_the_guides_are_typed() -> None:
    typed = {command.words[1] for page, block in BLOCKS for command in commands_of(page, block)}
    assert typed >= {"reps", "sales", "stage", "explain", "contact", "import", "add", "export", "erase", "objection"}
    assert typed >= {"consent", "audit", "suppress", "quarantine", "model", "forms"}
