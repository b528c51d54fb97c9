"""The service behind a stack, as the commands need it: its table, its salt, its model, one contact."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cli.errors import CommandError
from cli.stack import Stack
from leadbell.compiled import CompiledModel, compile_model
from leadbell.contacts import Contacts
from leadbell.errors import InvalidSubmission
from leadbell.events import Fact
from leadbell.identity import contact_id, read_email, read_phone
from leadbell.lifecycle import Standing
from leadbell.outbox import Outbox
from leadbell.refresh import Refresher
from leadbell.reps import Reps
from leadbell.rules import default_model
from leadbell.scoring import Derived, Tally, judge, tally
from leadbell.table import Table


@dataclass(frozen=True)
class Found:
    """A contact as it stands and as its facts say now."""

    id: str
    standing: Standing
    facts: list[Fact]
    counted: Tally
    derived: Derived


@dataclass(frozen=True)
class Service:
    """A deployed Leadbell."""

    stack: Stack

    @cached_property
    def table(self) -> Table:
        return Table(self.stack.client("dynamodb"), self.stack.output("TableName"))

    @cached_property
    def contacts(self) -> Contacts:
        return Contacts(self.table)

    @cached_property
    def reps(self) -> Reps:
        return Reps(self.table)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.table)

    @cached_property
    def model(self) -> CompiledModel:
        return compile_model(default_model())

    @cached_property
    def environment(self) -> dict[str, str]:
        """What the score function was deployed with: the one place that holds the salt, however it was chosen."""
        function = self.stack.resource("ScoreFunction")
        answer = self.stack.client("lambda").get_function_configuration(FunctionName=function)
        return dict(answer["Environment"]["Variables"])

    def refresher(self) -> Refresher:
        environment = self.environment
        return Refresher(self.contacts, self.reps, self.model, environment["CONTACT_SALT"], environment["PUBLIC_URL"])

    def contact_id(self, who: str) -> str:
        """The id behind an e-mail address or a phone number with country code."""
        salt = self.environment["CONTACT_SALT"]
        if "@" not in who and (phone := read_phone(who)):
            return contact_id(salt, phone=phone)
        try:
            return contact_id(salt, email=read_email(who))
        except InvalidSubmission as error:
            raise CommandError(
                f"{who!r} is no e-mail address.", "Give an address, or a number such as +46701234567."
            ) from error

    def find(self, who: str, now: datetime) -> Found:
        """The contact with all its facts; raises CommandError where nothing is known of it."""
        return self.look_up(self.contact_id(who), now) or _unknown(who)

    def look_up(self, contact: str, now: datetime) -> Found | None:
        """The contact of this id; None where it has no facts."""
        standing = self.contacts.standing(contact)
        facts = [
            f for f in self.contacts.facts(contact) if not standing.erased_at or f.happened_at > standing.erased_at
        ]
        if not facts:
            return None
        counted = tally(facts, standing.reset_at, self.model)
        return Found(contact, standing, facts, counted, judge(counted, self.model, now.date()))


def _unknown(who: str) -> Found:
    raise CommandError(f"Nothing is known of {who}.", "Check the spelling; a contact exists from its first fact on.")
