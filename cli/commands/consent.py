"""`leadbell consent EMAIL`: the consents of a contact with their wording; and consents given or withdrawn elsewhere."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.context import Context, changes_stack
from cli.errors import CommandError
from cli.options import AsJson, Who
from cli.printing import print_json
from leadbell.consents import NEWSLETTER, PROCESSING, PROFILING, SALES_CONTACT, Word, history, latest_words
from leadbell.contacts.view import own_facts
from leadbell.events import Fact
from leadbell.formats import short_time
from leadbell.plain_text import clean
from leadbell.privacy.export import consents


class Purpose(StrEnum):
    """What a contact can consent to."""

    PROCESSING = PROCESSING
    NEWSLETTER = NEWSLETTER
    SALES_CONTACT = SALES_CONTACT
    PROFILING = PROFILING


class How(StrEnum):
    """How the contact said it."""

    PHONE = "phone"
    MAIL = "mail"
    MEETING = "meeting"
    PAPER = "paper"
    OPERATOR = "operator"


@changes_stack
def consent(
    context: Context,
    who: Who,
    give: Annotated[Purpose | None, typer.Option(help="Record consent to this purpose; needs --text.")] = None,
    withdraw: Annotated[Purpose | None, typer.Option(help="Record a withdrawal or refusal for this purpose.")] = None,
    how: Annotated[How, typer.Option(help="How the contact said it.")] = How.OPERATOR,
    text: Annotated[str, typer.Option(help="The exact wording the contact agreed to, as proof.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show a contact's consents, or record one given or withdrawn outside a form.

    Without --give or --withdraw it changes nothing. A record is written to the audit log.
    """
    service = context.service
    contact = service.contact_id(who)
    if give and withdraw:
        raise CommandError(
            "--give and --withdraw cannot be used together.",
            "Run the command once with --give, then once with --withdraw.",
        )
    if give and not text:
        raise CommandError(
            "Consent needs the wording as proof.", 'Add --text "..." with the wording the contact agreed to.'
        )
    if purpose := give or withdraw:
        _note(context, contact, purpose, given=give is not None, how=how, text=text)
    facts = own_facts(service.contacts, contact, context.now())
    if as_json:
        print_json({"contact": contact, **consents(facts)})
    else:
        _print(who, facts)


def _note(context: Context, contact: str, purpose: Purpose, *, given: bool, how: How, text: str) -> None:
    operator = context.operator()
    operator.note_consent(contact, purpose, given=given, how=how, text=text)
    context.service.refresher().refresh(contact, operator.at)


def _print(who: str, facts: list[Fact]) -> None:
    words = history(facts)
    if not words:
        typer.echo(f"No consent of {who} is stored.")
        return
    latest = {word.fact: word for word in latest_words(facts).values()}
    table = Table("when (UTC)", "purpose", "consent", "how", "where", "wording", box=None, pad_edge=False)
    for word in words:
        mark = "" if latest.get(word.fact) == word else " (replaced)"
        said_so = f"{'yes' if word.given else 'no'}{mark}"
        row = (
            short_time(word.at, ""),
            clean(word.purpose),
            said_so,
            clean(word.how),
            _where(word),
            _words(word),
        )
        table.add_row(*map(escape, row))
    Console(highlight=False).print(table)


def _where(word: Word) -> str:
    return ", ".join(clean(part, 200) for part in (word.form, word.page) if part)


def _words(word: Word) -> str:
    version = f"version {clean(word.version)}" if word.version else ""
    confirmed = f"confirmed {clean(word.confirmed_at)}" if word.confirmed_at else ""
    return "; ".join(part for part in (clean(word.text, 1000), version, confirmed) if part)
