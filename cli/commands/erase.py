"""`leadbell erase EMAIL`: all stored data of a person is deleted; mails that sales has are listed."""

from time import sleep
from typing import Annotated, Any

import typer

from cli.commands.contact import likenesses
from cli.commands.suppress import mailbox
from cli.context import Context, changes_stack
from cli.errors import CommandError
from cli.options import AsJson, Who
from cli.printing import print_json
from leadbell.errors import Conflict, Unavailable
from leadbell.formats import count_of, short_day
from leadbell.privacy.audit import Deed
from leadbell.privacy.erasure import ALL_ENDED, GONE, Erased, finish, is_kept, perhaps_the_same
from leadbell.privacy.erasure import erase as erase_contact
from leadbell.sales.perhaps_same import Likeness
from leadbell.table import Item, moment, stamp


@changes_stack
def erase(
    context: Context,
    who: Who,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
    suppress: Annotated[bool, typer.Option("--suppress", help="Also suppress the address: no mail again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase all stored data of a person. This cannot be undone. Takes 40 seconds.

    Lists the mails that sales already has, so that you can delete them there. Recorded in the audit log. What the
    person does afterwards is stored again.
    """
    service = context.service
    contact = mailbox(service, who) if suppress else service.contact_id(who)
    if not yes:
        # With --suppress there is something to do for an unknown address too.
        if not (suppress or _is_kept(context, contact)):
            raise nothing_stored(who)
        for each in perhaps_the_same(context.service.table, contact):
            typer.echo(_also_known(each), err=True)
        typer.confirm(f"Erase all stored data of {who}? This cannot be undone", abort=True, err=True)
    if suppress:
        context.operator().suppress(contact, "asked to be erased")
    with context.operator().noted(Deed.ERASED, contact):
        erased = _erase(context, who, contact)
        if as_json:
            print_json(as_data(erased))
        else:
            typer.echo(in_words(who, erased))
        _finish(context, who, erased)


def _is_kept(context: Context, contact: str) -> bool:
    service = context.service
    return is_kept(service.table, contact, context.now()) or bool(service.files.listed(contact))


def _finish(context: Context, who: str, erased: Erased) -> None:
    """Erases what a form stored at that very moment too, once no request of then can still be running."""
    service = context.service
    sleep(ALL_ENDED.total_seconds())
    try:
        late = finish(service.contacts, erased.contact_id, erased.at, context.now(), service.files)
    except Unavailable as error:
        raise _in_part(who, error) from error
    if late:
        typer.echo(f"Also erased: {count_of(late, 'item')} that arrived during the erasure.", err=True)


def _erase(context: Context, who: str, contact: str) -> Erased:
    service = context.service
    try:
        erased = erase_contact(service.contacts, contact, context.now(), service.files)
    except (Conflict, Unavailable) as error:
        raise _in_part(who, error) from error
    if erased is None:
        raise nothing_stored(who)
    return erased


def _in_part(who: str, error: Exception) -> CommandError:
    problem = f"Some data of {who} may not be erased yet: {error}."
    return CommandError(problem, f"Run it again, it continues: leadbell erase {who}")


def nothing_stored(who: str) -> CommandError:
    """That there is nothing to export or erase."""
    fix = f"Check the spelling. An earlier erasure is in the audit log: leadbell audit --contact {who}"
    return CommandError(f"No data of {who} is stored.", fix)


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
        "perhaps_the_same": likenesses(erased.alike),
        "mails_to_them": [
            {name: mail.get(name) for name in ("kind", "state", "sent_at")} for mail in erased.visitor_mails
        ],
    }


def in_words(who: str, erased: Erased) -> str:
    """What was erased, and which mails others have in their inboxes."""
    always = ((erased.facts, "fact"), (erased.moves, "stage change"), (len(erased.mails), "mail"))
    some = ((erased.files, "file"), (erased.quarantined, "quarantined submission"))
    counts = [*always, *(each for each in some if each[0])]
    told = ", ".join(count_of(number, what) for number, what in counts)
    lines = [f"Erased: {who} ({told}, and everything derived from them)."]
    lines += [_where(mail) for mail in erased.gone_out]
    to_them = sum(sent["state"] in GONE for sent in erased.visitor_mails)
    if to_them:
        lines.append(f"The person has received {count_of(to_them, 'mail')} from Leadbell.")
    if erased.named_in:
        lines.append(f"Removed from {count_of(len(erased.named_in), 'mail page')} about others.")
    lines += [_where(mail, "about somebody else names the person. It ") for mail in erased.named_in_gone_out]
    lines += [_also_known(each) for each in erased.alike]
    return "\n".join(lines)


def _also_known(each: Likeness) -> str:
    """Another contact that is perhaps the same person, which is erased by itself."""
    mail = f", mail #{each.number}" if each.number else ""
    return (
        f"Perhaps the same person, and not erased: {each.why}{mail}. To erase it too: leadbell erase {each.contact_id}"
    )


def _gone_out(mail: Item) -> dict[str, Any]:
    """A mail that cannot be recalled: its number, when it was sent and to whom."""
    return {"number": mail.get("number"), "sent_at": mail.get("sent_at"), "to": _inbox(mail)}


def _inbox(mail: Item) -> str:
    return f"the inbox of {mail['rep']}" if mail.get("rep") else "the default inbox"


def _where(mail: Item, what: str = "") -> str:
    sent = f"was sent on {short_day(moment(mail['sent_at']).date())}" if "sent_at" in mail else "may be on its way"
    return f"Mail #{mail['number']} {what}{sent} to {_inbox(mail)}: delete it there."
