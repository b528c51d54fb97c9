"""Doors that promise their sender a mail: the fact says which one, and `visitor_mails` reads it."""

from dataclasses import replace

from leadbell.events import REQUESTED
from leadbell.forms import Asset, Form
from leadbell.reception import Door, download_door, form_door
from leadbell.visitor_mails import Kind


def promising(door: Door, kind: Kind) -> Door:
    """The same door, whose fact asks for a mail."""
    return replace(door, says={**door.says, "mail": str(kind)})


def answering_door(form: Form, sender: str) -> Door:
    """A form's door; where its owner wants it and there is a sender, whoever wrote is told that it came."""
    door = form_door(form)
    return promising(door, Kind.GOT_IT) if form.got_it and sender else door


def is_mailed(asset: Asset, sender: str) -> bool:
    """Whether the link to a file goes to the address that asked for it; without a sender it is in the answer."""
    return asset.delivery == "mail" and sender != ""


def guide_door(asset: Asset, sender: str) -> Door:
    """A file's door; where its link is mailed, only who reads that address gets at it."""
    door = download_door(asset)
    return promising(door, Kind.GUIDE) if is_mailed(asset, sender) else door


def opt_in(door: Door, sender: str) -> Door:
    """The newsletter's door: with a sender for mails a signup waits for its confirmation, without one it counts."""
    if not sender:
        return replace(door, says={**door.says, "opt_in": "single"})
    return replace(promising(door, Kind.CONFIRM), fact_type=REQUESTED)
