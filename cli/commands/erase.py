"""`leadbell erase EMAIL`: everything kept of a person is deleted; what was mailed to sales is listed."""

import json
from typing import Annotated, Any

import typer

from cli.errors import CommandError
from cli.service import Service
from cli.stack import Profile, Region, StackName, connect
from leadbell.clock import now
from leadbell.erasure import Erased
from leadbell.erasure import erase as erase_contact
from leadbell.errors import Conflict, Unavailable
from leadbell.table import Item, stamp


def erase(
    who: Annotated[
        str, typer.Argument(metavar="EMAIL", help="An e-mail address, or a phone number such as +46701234567.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    stack_name: StackName = None,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Delete all that is kept of a person, for good. What they do afterwards is kept again."""
    service = Service(connect(stack_name, region, profile))
    contact = service.contact_id(who)
    if not yes:
        typer.confirm(f"Delete all that is kept of {who}? There is no way back", abort=True, err=True)
    erased = _erase(service, who, contact)
    typer.echo(json.dumps(as_data(erased), indent=2, ensure_ascii=False) if as_json else in_words(who, erased))


def _erase(service: Service, who: str, contact: str) -> Erased:
    try:
        erased = erase_contact(service.contacts, contact, now())
    except (Conflict, Unavailable) as error:
        raise CommandError(f"{who} may be erased in part only: {error}.", "Run the same command again.") from error
    if erased is None:
        raise CommandError(f"Nothing is kept of {who}.", "Check the spelling; they may be erased already.")
    return erased


def as_data(erased: Erased) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "contact": erased.contact_id,
        "erased_at": stamp(erased.at),
        "facts": erased.facts,
        "moves": erased.moves,
        "visitors": erased.visitors,
        "named_in_mails": erased.named_in,
        "mails": [{name: mail.get(name) for name in ("number", "state", "sent_at", "rep")} for mail in erased.mails],
        "mails_to_them": [
            {name: mail.get(name) for name in ("kind", "state", "sent_at")} for mail in erased.visitor_mails
        ],
    }


def in_words(who: str, erased: Erased) -> str:
    """What was deleted, and what others have in their inboxes."""
    counts = ((erased.facts, "fact"), (erased.moves, "move"), (len(erased.mails), "mail"))
    told = ", ".join(f"{number} {what}{'' if number == 1 else 's'}" for number, what in counts)
    lines = [f"Erased: {who} ({told}, and what followed from them)."]
    lines += [_where(mail) for mail in erased.gone_out]
    to_them = sum(sent["state"] in ("sent", "claimed", "unknown") for sent in erased.visitor_mails)
    if to_them:
        lines.append(f"Mails that they got themselves: {to_them}.")
    if erased.named_in:
        lines.append(f"Mails about colleagues that named them: {erased.named_in}; their pages do not any more.")
    return "\n".join(lines)


def _where(mail: Item) -> str:
    inbox = f"the inbox of {mail['rep']}" if mail.get("rep") else "the default inbox"
    sent = f"was sent on {mail['sent_at'][:10]}" if "sent_at" in mail else "may be on its way"
    return f"Mail #{mail['number']} {sent} to {inbox}: delete it there."
