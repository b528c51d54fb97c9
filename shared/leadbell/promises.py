"""Doors that promise their sender a mail: the fact says which one, and `visitor_mails` reads it."""

from dataclasses import replace

from leadbell.events import REQUESTED
from leadbell.forms import Form
from leadbell.reception import Door, form_door
from leadbell.visitor_mails import Kind


def promising(door: Door, kind: Kind) -> Door:
    """The same door, whose fact asks for a mail."""
    return replace(door, says={**door.says, "mail": str(kind)})


def answering_door(form: Form, sender: str) -> Door:
    """A form's door; where its owner wants it and there is a sender, whoever wrote is told that it came."""
    door = form_door(form)
    return promising(door, Kind.GOT_IT) if form.got_it and sender else door


def opt_in(door: Door, sender: str) -> Door:
    """The newsletter's door: with a sender for mails a signup waits for its confirmation, without one it counts."""
    if not sender:
        return replace(door, says={**door.says, "opt_in": "single"})
    return replace(promising(door, Kind.CONFIRM), fact_type=REQUESTED)
