"""Doors that promise their sender a mail: the fact says which one, and `visitor_mails` reads it."""

from dataclasses import replace

from leadbell.events import REQUESTED
from leadbell.reception import Door
from leadbell.visitor_mails import Kind


def promising(door: Door, kind: Kind) -> Door:
    """The same door, whose fact asks for a mail."""
    return replace(door, says={**door.says, "mail": str(kind)})


def opt_in(door: Door, sender: str) -> Door:
    """The newsletter's door: with a sender for mails a signup waits for its confirmation, without one it counts."""
    if not sender:
        return replace(door, says={**door.says, "opt_in": "single"})
    return replace(promising(door, Kind.CONFIRM), fact_type=REQUESTED)
