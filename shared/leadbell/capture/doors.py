"""The public endpoints, as the owner of the site configured them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from leadbell.events import REQUESTED, SUBSCRIBED, Value
from leadbell.forms.config import Asset, ConsentText, Form, FormField, Newsletter, SpamSettings
from leadbell.outbox.visitor_mails import Kind


@dataclass(frozen=True, slots=True)
class Door:
    """One way in. `name` keeps equal bodies at two doors apart; `says` is what the door itself adds to the fact.

    The rest is what the owner of the site configured for it.
    """

    name: str
    fact_type: str
    says: Mapping[str, Value]
    need_email: bool = False
    fields: tuple[FormField, ...] = ()
    origins: tuple[str, ...] = ()
    consents: tuple[ConsentText, ...] = ()
    spam: SpamSettings = field(default_factory=SpamSettings)
    takes_files: bool = False


def form_door(form: Form) -> Door:
    """The door of a form."""
    door = _door(f"forms/{form.id}", form.event, form.says, form, fields=form.fields)
    return replace(door, takes_files=True) if form.takes_files else door


def download_door(asset: Asset) -> Door:
    """The door of a file."""
    return _door(f"downloads/{asset.id}", "guide.requested", asset.says, asset, need_email=True)


def newsletter_door(newsletter: Newsletter) -> Door:
    """The door of the newsletter."""
    return _door("newsletter", SUBSCRIBED, {}, newsletter, need_email=True)


def _door(
    name: str,
    fact_type: str,
    says: Mapping[str, Value],
    ours: Form | Asset | Newsletter,
    *,
    need_email: bool = False,
    fields: tuple[FormField, ...] = (),
) -> Door:
    return Door(name, fact_type, says, need_email, fields, ours.origins, ours.consents, ours.spam)


def promising(door: Door, kind: Kind) -> Door:
    """The same door, whose fact asks for a mail."""
    return replace(door, says={**door.says, "mail": str(kind)})


def answering_door(form: Form, sender: str) -> Door:
    """A form's door; where its owner wants it and there is a sender, the visitor gets a mail that confirms receipt."""
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
