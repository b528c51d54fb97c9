"""The service behind a stack, as the commands need it: its table, its salt, its model, one contact."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from cli.errors import CommandError
from cli.stack import Stack
from leadbell.active_model import CachedModels, Models
from leadbell.address_book import AddressBook
from leadbell.colleagues import Colleague, company_domain
from leadbell.companies import with_company
from leadbell.company_book import CompanyBook
from leadbell.compiled import CompiledModel
from leadbell.contacts import Contacts
from leadbell.counting import Tally, still_counting, tally
from leadbell.errors import InvalidSubmission, Unavailable
from leadbell.events import Fact
from leadbell.identity import company_id, contact_id, read_email, read_phone
from leadbell.lifecycle import Stage, Standing
from leadbell.outbox import Outbox
from leadbell.people import Setting
from leadbell.publication import Active
from leadbell.refresh import Refresher
from leadbell.reps import Reps
from leadbell.scoring import Derived, judge
from leadbell.table import Item, Table, moment
from leadbell.wording import when


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
    def address_book(self) -> AddressBook:
        return AddressBook(self.table)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.table)

    @cached_property
    def models(self) -> Models:
        return Models(self.table)

    @cached_property
    def active(self) -> Active:
        try:
            return self.models.active()
        except Unavailable as error:
            fix = "Publish one that this version reads: leadbell model publish FILE."
            raise CommandError(f"{error}.", fix) from error

    @cached_property
    def model(self) -> CompiledModel:
        return self.active.compiled

    @cached_property
    def environment(self) -> dict[str, str]:
        """What the score function was deployed with: the one place that holds the salt, however it was chosen."""
        return self._environment_of("ScoreFunction")

    @cached_property
    def default_country(self) -> str:
        """The country of phone numbers without country code, as the forms read them."""
        return self._environment_of("FormsFunction").get("DEFAULT_COUNTRY", "")

    def _environment_of(self, function: str) -> dict[str, str]:
        name = self.stack.resource(function)
        answer = self.stack.client("lambda").get_function_configuration(FunctionName=name)
        return dict(answer["Environment"]["Variables"])

    def colleagues(self, found: Found) -> tuple[Colleague, ...]:
        """Who else of the contact's company stands at MQL or above."""
        email = found.derived.profile.text("email")
        domain = company_domain(email, self.address_book.company_of(email))
        company = company_id(self.environment["CONTACT_SALT"], domain) if domain else ""
        return CompanyBook(self.table).around(company, found.id).colleagues

    def setting(self, at: datetime) -> Setting:
        """What reading a row of people needs to know."""
        reps = frozenset(rep.id for rep in self.reps.all())
        return Setting(self.environment["CONTACT_SALT"], self.default_country, reps, at)

    def refresher(self) -> Refresher:
        environment = self.environment
        models = CachedModels(self.table)
        return Refresher(self.contacts, self.reps, models, environment["CONTACT_SALT"], environment["PUBLIC_URL"])

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

    def find(self, who: str, now: datetime, *, in_the_past: bool = False) -> Found:
        """The contact with all its facts; raises CommandError where nothing is known of it."""
        return self.look_up(self.contact_id(who), now, in_the_past=in_the_past) or _unknown(who, now, in_the_past)

    def look_up(self, contact: str, now: datetime, *, in_the_past: bool = False) -> Found | None:
        """The contact of this id; None where it has no facts. `in_the_past`: by what had reached us at that moment."""
        standing = self.contacts.standing(contact)
        facts = self.contacts.facts(contact)
        if standing.erased_at is not None:
            facts = [fact for fact in facts if fact.happened_at > standing.erased_at]
        if in_the_past:
            facts = [fact for fact in facts if fact.received_at <= now]
            standing = stood_at(standing, self.contacts.moves(contact), now)
        counting = still_counting(facts, now.date())
        if not counting:
            return None
        counted = tally(counting, standing.reset_at, self.model)
        company = self.address_book.company_of(counted.profile.text("email"))
        counted = replace(counted, profile=with_company(counted.profile, company))
        return Found(contact, standing, counting, counted, judge(counted, self.model, now.date()))


def stood_at(standing: Standing, moves: list[Item], at: datetime) -> Standing:
    """Where a contact stood at a moment, by its log of moves."""
    done = [move for move in moves if moment(move["at"]) <= at]
    resets = [moment(move["at"]) for move in done if move["to"] == Stage.RECYCLED]
    return replace(
        standing,
        stage=Stage(done[-1]["to"]) if done else Stage.PROSPECT,
        since=moment(done[-1]["at"]) if done else None,
        reset_at=resets[-1] if resets else None,
        requests_used_until=standing.requests_used_until if len(done) == len(moves) else None,
        held_at=standing.held_at if standing.held_at is not None and standing.held_at <= at else None,
    )


def _unknown(who: str, at: datetime, in_the_past: bool) -> Found:
    if in_the_past:
        raise CommandError(
            f"Nothing that is still kept of {who} had reached us by {when(at)}.",
            "History ends where a fact's retention does; without --at you see what is known now.",
        )
    raise CommandError(f"Nothing is known of {who}.", "Check the spelling; a contact exists from its first fact on.")
