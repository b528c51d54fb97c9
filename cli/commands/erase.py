"""`leadbell erase EMAIL`: everything kept of a person is deleted; what was mailed to sales is listed."""

from time import sleep
from typing import Annotated, Any

import typer

from cli.context import Context, changes_stack
from cli.errors import CommandError
from cli.options import AsJson, Who
from cli.printing import print_json
from leadbell.errors import Conflict, Unavailable
from leadbell.privacy.audit import Deed
from leadbell.privacy.erasure import ALL_ENDED, GONE, Erased, finish
from leadbell.privacy.erasure import erase as erase_contact
from leadbell.table import Item, stamp


@changes_stack
def erase(
    context: Context,
    who: Who,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    suppress: Annotated[bool, typer.Option("--suppress", help="Also never mail this address again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete all that is kept of a person, for good. What they do afterwards is kept again. Takes 40 seconds."""
    service = context.service
    contact = service.contact_id(who)
    if not yes:
        typer.confirm(f"Delete all that is kept of {who}? There is no way back", abort=True, err=True)
    if suppress:
        context.operator().note(Deed.SUPPRESSED, contact)
        service.suppressions.suppress(contact, "asked to be erased", context.now())
    context.operator().note(Deed.ERASED, contact)
    erased = _erase(context, who, contact)
    if as_json:
        print_json(as_data(erased))
    else:
        typer.echo(in_words(who, erased))
    _finish(context, who, erased)


def _finish(context: Context, who: str, erased: Erased) -> None:
    """What a form stored in the very moment goes too, once no request of then can still be running."""
    service = context.service
    sleep(ALL_ENDED.total_seconds())
    try:
        late = finish(service.contacts, erased.contact_id, erased.at, context.now(), service.files)
    except Unavailable as error:
        raise CommandError(f"{who} may be erased in part only: {error}.", "Run the same command again.") from error
    if late:
        typer.echo(f"Sent while they were being erased, and deleted as well: {late}.", err=True)


def _erase(context: Context, who: str, contact: str) -> Erased:
    service = context.service
    try:
        erased = erase_contact(service.contacts, contact, context.now(), service.files)
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
        "quarantined": erased.quarantined,
        "files": erased.files,
        "named_in_mails": len(erased.named_in),
        "mails": [{name: mail.get(name) for name in ("number", "state", "sent_at", "rep")} for mail in erased.mails],
        "gone_out": [_gone_out(mail) for mail in erased.gone_out],
        "named_in_gone_out": [_gone_out(mail) for mail in erased.named_in_gone_out],
        "mails_to_them": [
            {name: mail.get(name) for name in ("kind", "state", "sent_at")} for mail in erased.visitor_mails
        ],
    }


def in_words(who: str, erased: Erased) -> str:
    """What was deleted, and what others have in their inboxes."""
    always = ((erased.facts, "fact"), (erased.moves, "move"), (len(erased.mails), "mail"))
    some = ((erased.files, "file"), (erased.quarantined, "submission kept aside"))
    counts = [*always, *(each for each in some if each[0])]
    told = ", ".join(f"{number} {what if number == 1 else _many(what)}" for number, what in counts)
    lines = [f"Erased: {who} ({told}, and what followed from them)."]
    lines += [_where(mail) for mail in erased.gone_out]
    to_them = sum(sent["state"] in GONE for sent in erased.visitor_mails)
    if to_them:
        lines.append(f"Mails that they got themselves: {to_them}.")
    if erased.named_in:
        lines.append(f"Mails about colleagues that named them: {len(erased.named_in)}; their pages do not any more.")
    lines += [_where(mail, "about a colleague names them and ") for mail in erased.named_in_gone_out]
    return "\n".join(lines)


def _many(what: str) -> str:
    return what.replace("submission", "submissions") if " " in what else f"{what}s"


def _gone_out(mail: Item) -> dict[str, Any]:
    """What cannot be called back: the mail's number, when it went and to whom."""
    return {"number": mail.get("number"), "sent_at": mail.get("sent_at"), "to": _inbox(mail)}


def _inbox(mail: Item) -> str:
    return f"the inbox of {mail['rep']}" if mail.get("rep") else "the default inbox"


def _where(mail: Item, what: str = "") -> str:
    sent = f"was sent on {mail['sent_at'][:10]}" if "sent_at" in mail else "may be on its way"
    return f"Mail #{mail['number']} {what}{sent} to {_inbox(mail)}: delete it there."
