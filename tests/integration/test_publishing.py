"""A model published while the service runs: who moves, who hears, and what the operator is told before."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.errors import CommandError
from leadbell.companies import Company
from leadbell.contacts.accounts import Accounts
from leadbell.errors import Conflict
from leadbell.scoring.published import ACTIVE, Models
from leadbell.scoring.rules import packaged_model
from tests.integration.on_aws import Command
from tests.integration.service import EVA, Service

EMAIL = EVA["email"]
ANA = {**EVA, "email": "ana@fabrica.example.com", "country": "PT"}
NO_PORTUGAL = ("label: excluded market, where: {country: [AQ]}", "label: excluded market, where: {country: [PT]}")


@pytest.fixture
def operator(service: Service, leadbell: Command, tmp_path: Path) -> "Operator":
    return Operator(service, leadbell, tmp_path)


class Operator:
    """Somebody at the command line."""

    def __init__(self, service: Service, leadbell: Command, folder: Path) -> None:
        self.service, self.leadbell, self.folder = service, leadbell, folder

    def file(self, *edits: tuple[str, str], stories: bool = False) -> str:
        """A model file: the packaged one with some words replaced; without its stories unless asked for."""
        text = packaged_model() if stories else packaged_model().partition("\nstories:\n")[0]
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new)
        path = self.folder / "model.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def runs(self, *words: str) -> str:
        """What the command prints."""
        return str(self.leadbell(*words).stdout)

    def publishes(self, *edits: tuple[str, str]) -> str:
        """A model that all functions know a minute later."""
        told = self.runs("model", "publish", "--yes", "--by", "lena", self.file(*edits))
        self.service.clock.move(minutes=1)
        return told

    def foresees(self, *edits: tuple[str, str]) -> Any:
        return json.loads(self.runs("model", "diff", "--json", self.file(*edits)))


def subjects(service: Service) -> list[str]:
    service.pump()
    return [mail.subject.split(":")[0] for mail in service.mails()]


def looks_again(service: Service, who: str) -> None:
    """A fact that means nothing to sales makes score look at the contact."""
    service.file(who, "visit.long")
    service.pump()


# ---- one number ------------------------------------------------------------------------------------------------------


def test_one_number_changes_the_explanation_at_the_next_fact_and_diff_said_so(operator: "Operator") -> None:
    service = operator.service
    service.post("/downloads/guide", EVA)
    service.pump()
    assert (service.standing(EMAIL).score.interest, service.standing(EMAIL).grade) == (20, "A3")

    louder = ("event: guide.requested, points: 20", "event: guide.requested, points: 36")
    said = operator.foresees(louder)
    assert (said["contacts"], said["would_have_alerted"]) == (1, 0)
    assert said["grades"] == [{"from": "A3", "to": "A2", "count": 1}]
    assert said["stages"] == [{"from": "lead", "to": "mql", "count": 1}]
    assert [each["contact_id"] for each in said["first"]] == [service.id_of(EMAIL)]

    told = operator.publishes(louder)
    assert "Of 1 contact, 1 would change stage and 1 would change grade." in told
    assert (service.standing(EMAIL).score.interest, service.standing(EMAIL).stage) == (20, "lead")
    looks_again(service, EMAIL)
    assert (service.standing(EMAIL).score.interest, service.standing(EMAIL).grade) == (41, "A2")
    explained = json.loads(operator.runs("explain", "--json", EMAIL))
    assert {each["rule"]: each["points"] for each in explained["reasons"]}["guide"] == 36
    assert (explained["stage"], explained["grade"]) == ("mql", "A2")
    assert operator.foresees(louder)["first"] == []


# ---- a model alone never alerts --------------------------------------------------------------------------------------


def test_a_model_alone_never_alerts_and_a_new_request_does_once(operator: "Operator") -> None:
    service = operator.service
    operator.publishes(NO_PORTUGAL)
    service.post("/forms/demo", ANA)
    assert subjects(service) == ["Message A1" if service.standing(ANA["email"]).grade == "A1" else "Message B1"]

    said = operator.foresees()
    assert said["would_have_alerted"] == 1
    operator.publishes()
    for _ in range(3):
        looks_again(service, ANA["email"])
        service.clock.move(days=3)
        service.later(5)
    assert subjects(service) == []
    standing = service.standing(ANA["email"])
    assert (standing.stage, standing.qualification.held_at is not None) == ("mql", True)
    held = json.loads(operator.runs("model", "held", "--json"))
    assert [each["contact"] for each in held] == [service.id_of(ANA["email"])]
    assert "only a new scoring model" in operator.runs("explain", ANA["email"])

    service.post("/forms/pricing", ANA)
    (alert,) = subjects(service)
    assert alert.startswith("Sales lead")
    service.later(60)
    assert subjects(service) == []
    assert json.loads(operator.runs("model", "held", "--json")) == []


def test_a_request_found_late_after_a_publication_alerts_exactly_once(operator: "Operator") -> None:
    service = operator.service
    service.post("/newsletter", {"email": EMAIL})
    service.pump()
    service.post("/forms/demo", EVA)
    service.stream.lose()
    operator.publishes(("event: article.read, points: 10", "event: article.read, points: 9"))
    assert subjects(service) == []
    reports = service.later(60)
    (alert,) = subjects(service)
    assert alert.startswith("Sales lead")
    assert reports
    service.stream.read()
    service.deliver("score", service.records(EMAIL, "EVENT#"))
    looks_again(service, EMAIL)
    service.later(60)
    assert subjects(service) == []
    assert service.log(EMAIL) == ["prospect>subscriber", "subscriber>sql"]


def test_a_first_request_found_late_alerts_exactly_once(operator: "Operator") -> None:
    service = operator.service
    operator.publishes(NO_PORTUGAL)
    service.post("/forms/demo", ANA)
    service.stream.lose()
    operator.publishes()
    service.later(60)
    assert [subject.split()[0] for subject in subjects(service)] == ["Sales"]


def test_a_competitor_known_by_its_domain_is_held_when_a_model_forgets_the_veto(operator: "Operator") -> None:
    service = operator.service
    book = Accounts(service.table)
    book.save(Company("acme.example.com", "competitor", "", service.clock()))
    service.post("/forms/demo", EVA)
    assert [subject.split()[0] for subject in subjects(service)] == ["Message"]
    lenient = ("where: {relation: competitor}", "where: {relation: staff}")
    assert operator.foresees(lenient)["would_have_alerted"] == 1
    operator.publishes(lenient)
    looks_again(service, EMAIL)
    assert subjects(service) == []
    assert service.standing(EMAIL).qualification.held_at is not None


# ---- publishing ------------------------------------------------------------------------------------------------------


def test_the_history_keeps_who_published_what_and_show_gives_the_file_back(operator: "Operator") -> None:
    assert operator.runs("model", "show") == packaged_model()
    assert "Nothing has been published" in operator.runs("model", "history")
    operator.publishes(("points: 60", "points: 61"))
    operator.publishes(("points: 60", "points: 62"))
    operator.publishes(("points: 60", "points: 61"))
    entries = json.loads(operator.runs("model", "history", "--json"))
    assert [(each["number"], each["by"]) for each in entries] == [(3, "lena"), (2, "lena"), (1, "lena")]
    assert entries[0]["version"] == entries[2]["version"] != entries[1]["version"]
    assert operator.runs("model", "show") == Path(operator.folder / "model.yaml").read_text(encoding="utf-8")
    rules = json.loads(operator.runs("model", "show", "--json"))["interest"]["rules"]
    assert next(rule["points"] for rule in rules if rule["id"] == "request") == 61


def test_of_two_who_publish_at_once_the_second_is_told(operator: "Operator") -> None:
    service = operator.service
    for _ in range(2):
        models = Models(service.table)
        before, model = models.number(), models.active().compiled
        models.publish(model, before, "lena", service.clock())
        service.clock.move(seconds=1)
        with pytest.raises(Conflict):
            models.publish(model, before, "otto", service.clock())
        assert models.history()[0].by == "lena"


def test_every_model_that_was_in_force_can_be_read_back(operator: "Operator") -> None:
    models = Models(operator.service.table)
    packaged = models.active().compiled
    operator.publishes(("points: 60", "points: 61"))
    first = models.active().compiled
    operator.publishes(("points: 60", "points: 62"))
    for each in (packaged, first):
        found = models.by_version(each.version)
        assert found is not None
        assert (found.version, found.content) == (each.version, each.content)
    assert operator.service.table.get("CONFIG#model-history", f"MODEL#{packaged.version}") is not None
    assert models.by_version("never-was") is None


def test_a_model_that_breaks_its_stories_is_not_published(operator: "Operator") -> None:
    broken = operator.file(("points: 60", "points: 5"), stories=True)
    with pytest.raises(CommandError) as refused:
        operator.runs("model", "publish", "--yes", broken)
    assert 'story "Eva asks for a demo, for next year", day 0: expected grade A1, found A4' in refused.value.problem
    assert operator.service.table.get(*ACTIVE) is None


def test_a_model_that_looks_back_longer_than_facts_are_kept_is_not_published(operator: "Operator") -> None:
    with pytest.raises(CommandError, match="request_days looks back 731 days"):
        operator.publishes(("request_days: 90", "request_days: 731"))
    assert operator.service.table.get(*ACTIVE) is None


def test_a_model_whose_review_is_overdue_is_published_with_a_warning(operator: "Operator") -> None:
    told = operator.publishes(("review_by: 2027-11-01", "review_by: 2020-01-01"))
    assert "the agreement was due for review by 1 Jan 2020" in told
    assert ", number 1. It is live within half a minute." in told


def test_who_does_not_confirm_publishes_nothing(operator: "Operator") -> None:
    result = operator.leadbell("model", "publish", operator.file(), typed="n\n")
    assert "Publish this model?" in result.stdout
    assert operator.service.table.get(*ACTIVE) is None


# ---- the functions ---------------------------------------------------------------------------------------------------


def test_a_worker_knows_a_new_model_half_a_minute_later(operator: "Operator") -> None:
    service = operator.service
    service.post("/downloads/guide", EVA)
    service.pump()
    louder = operator.file(("guide.requested, points: 20", "guide.requested, points: 30"))
    operator.runs("model", "publish", "--yes", louder)
    looks_again(service, EMAIL)
    assert service.standing(EMAIL).score.interest == 25
    service.clock.move(seconds=30)
    looks_again(service, EMAIL)
    assert service.standing(EMAIL).score.interest == 35


def test_where_the_stored_model_cannot_be_read_nobody_is_scored_until_it_can(operator: "Operator") -> None:
    service = operator.service
    operator.publishes()
    stored = service.table.get(*ACTIVE)
    assert stored is not None
    service.table.put({**stored, "model": stored["model"].replace('"points":60', '"pints":60')})
    service.clock.move(minutes=1)
    service.post("/forms/demo", EVA)
    assert len(service.run("score")) == 1
    service.clock.move(minutes=15)
    assert service.sweep()["failed"] == 1
    assert service.standing(EMAIL).version == 0
    with pytest.raises(CommandError, match="The published model cannot be read by this version"):
        operator.runs("model", "show")

    service.table.put(stored)
    service.later(30)
    assert [subject.split()[0] for subject in subjects(service)] == ["Sales"]


def test_publishing_a_mended_model_over_an_unreadable_one_is_possible(operator: "Operator") -> None:
    service = operator.service
    operator.publishes()
    stored = service.table.get(*ACTIVE)
    assert stored is not None
    service.table.put({**stored, "model": "{}"})
    operator.runs("model", "publish", "--yes", operator.file())
    assert Models(service.table).active().number == 2
    assert service.clock() - Models(service.table).history()[0].at < timedelta(minutes=2)
