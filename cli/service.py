"""The service behind a stack as commands use it: its table, keys and model, and one contact."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from pydantic import ValidationError

from cli.aws_errors import translated
from cli.errors import CommandError
from cli.files import SentFiles
from cli.refusals import of_aws, sentence
from cli.stack import Stack, live
from leadbell.capture.imports import Setting
from leadbell.contacts.accounts import Accounts
from leadbell.contacts.store import Contacts
from leadbell.contacts.view import Found, look_up
from leadbell.errors import InvalidSubmission, Unavailable
from leadbell.formats import short_time
from leadbell.forms.config import FormsConfig
from leadbell.forms.published import PublishedForms
from leadbell.identity import contact_id, read_dialled, read_email, read_phone
from leadbell.keyed import Keyring
from leadbell.outbox.sales_outbox import Outbox
from leadbell.outbox.suppression import Suppressions
from leadbell.qualify.refresh import Refresher
from leadbell.sales.colleague_index import CompanyBook, company_key
from leadbell.sales.colleagues import Colleague
from leadbell.sales.perhaps_same import Likeness, Likenesses
from leadbell.sales.reps import Reps
from leadbell.scoring.compiled import Active, CompiledModel
from leadbell.scoring.published import CachedModels, Models
from leadbell.scoring.rules import Model
from leadbell.secret import read_only_keyring
from leadbell.table import Table

_CONTACT_ID = re.compile(r"c_[a-z2-7]{26}")
PUBLISH_A_MODEL = "Publish a model that this version reads: leadbell model publish FILE."


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
    def accounts(self) -> Accounts:
        return Accounts(self.table)

    @cached_property
    def suppressions(self) -> Suppressions:
        return Suppressions(self.table)

    @cached_property
    def files(self) -> SentFiles:
        return SentFiles(self.stack)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.table)

    @cached_property
    def models(self) -> Models:
        return Models(self.table)

    @cached_property
    def forms(self) -> PublishedForms:
        return PublishedForms(self.table)

    @cached_property
    def active_forms(self) -> FormsConfig:
        try:
            return self.forms.active()
        except Unavailable as error:
            raise _unreadable(
                error, "Publish a forms file that this version reads: leadbell forms publish FILE."
            ) from error

    @cached_property
    def active(self) -> Active:
        try:
            return self.models.active()
        except Unavailable as error:
            raise _unreadable(error, PUBLISH_A_MODEL) from error

    @cached_property
    def model(self) -> CompiledModel:
        return self.active.compiled

    @cached_property
    def written_model(self) -> Model:
        """The live model as its file says it."""
        try:
            return Model.model_validate_json(self.model.content)
        except ValidationError as error:
            raise CommandError("The published model cannot be read by this version.", PUBLISH_A_MODEL) from error

    @cached_property
    def keys(self) -> Keyring:
        """The keys of the service; raises CommandError where it has made none yet. A command never makes them."""
        keys = read_only_keyring(self.table)
        try:
            _ = keys.secret
        except Unavailable as error:
            raise _unreadable(error, "Wait a minute, then run the same command again.") from error
        return keys

    @cached_property
    def public_url(self) -> str:
        """Where links in mails lead."""
        return self._environment_of("ScoreFunction")["PUBLIC_URL"]

    @cached_property
    def default_country(self) -> str:
        """The country of phone numbers without country code, as the forms read them."""
        return self._environment_of("FormsFunction").get("DEFAULT_COUNTRY", "")

    @cached_property
    def newsletter_sender(self) -> str:
        """The address that mails to visitors come from; empty where there is none."""
        return self._environment_of("NewsletterFunction").get("SENDER_EMAIL", "")

    @cached_property
    def checks_turnstile(self) -> bool:
        """Whether the forms can check visitors with Cloudflare."""
        return self._environment_of("FormsFunction").get("TURNSTILE_SECRET", "") != ""

    def _environment_of(self, function: str) -> dict[str, str]:
        name = live(self.stack, function)
        answer = self.stack.client("lambda").get_function_configuration(FunctionName=name)
        return dict(answer["Environment"]["Variables"])

    def colleagues(self, found: Found) -> tuple[Colleague, ...]:
        """The contact's colleagues at stage MQL or above."""
        email = found.derived.profile.text("email")
        company = company_key(self.keys, email, found.company)
        return CompanyBook(self.table).around(company, found.id).colleagues

    def perhaps_the_same(self, found: Found) -> tuple[Likeness, ...]:
        """Who is perhaps the same person as the contact, as far as sales may be told."""
        alike = Likenesses(self.table).others(found.id, found.standing.bookkeeping.marks)
        return tuple(each for each in alike if each.is_told and not found.derived.objected)

    def setting(self, at: datetime) -> Setting:
        """What reading a row of people needs to know."""
        reps = frozenset(rep.id for rep in self.reps.all())
        return Setting(self.keys, self.default_country, reps, at)

    def refresher(self) -> Refresher:
        return Refresher(self.contacts, self.reps, CachedModels(self.table), self.keys, self.public_url)

    def contact_id(self, who: str) -> str:
        """The id behind an e-mail address, or a phone number: with its country code, or as it was typed where the
        stack has no country. An id stands for itself."""
        if _CONTACT_ID.fullmatch(who):
            return who
        dialled = "" if self.default_country else read_dialled(who)
        if "@" not in who and (phone := read_phone(who) or dialled):
            return contact_id(self.keys, phone=phone)
        try:
            return contact_id(self.keys, email=read_email(who))
        except InvalidSubmission as error:
            raise CommandError(
                f"{who!r} is not an e-mail address or phone number.",
                "Write an address such as eva@acme.example, or a number with its country code such as +46701234567.",
            ) from error

    def find(self, who: str, now: datetime, at: datetime | None = None) -> Found:
        """The contact with all its facts; raises CommandError where there are none."""
        return self.look_up(self.contact_id(who), now, at) or _unknown(who, at)

    def look_up(self, contact: str, now: datetime, at: datetime | None = None) -> Found | None:
        """The contact of this id, now or as it was at a moment of the past; None where it has no facts."""
        active = self.active if at is None else self._active_at(at)
        return look_up(self.contacts, contact, active, now, at)

    def _active_at(self, at: datetime) -> Active:
        try:
            return self.models.at(at)
        except Unavailable as error:
            raise _unreadable(
                error, "Choose a later day, or leave out --at to see the contact as it is now."
            ) from error


def _unknown(who: str, at: datetime | None) -> Found:
    if at is None:
        raise not_found(who)
    raise CommandError(
        f"No contact {who} was known at {short_time(at)}, or its data of that time has been deleted since.",
        f"See the contact as it is now: leadbell explain {who}",
    )


def not_found(who: str) -> CommandError:
    """That no contact has this address or number."""
    return CommandError(f"No contact found for {who}.", f"Check the spelling, or add the contact: leadbell add {who}")


def _unreadable(error: Unavailable, fix: str) -> CommandError:
    """What is stored and cannot be read is mended by `fix`; a table that cannot be reached is not."""
    cause = of_aws(error)
    return translated(cause) if cause else CommandError(sentence(error), fix)
