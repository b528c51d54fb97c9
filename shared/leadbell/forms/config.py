"""The forms, downloads and newsletter of a site, as its owner configures them, and those that ship with Leadbell.

Plain frozen values without a parser, because the endpoints import this at every start. `file` checks what an owner
writes; `published` stores what is live.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self, get_args

from leadbell.consents import Purpose
from leadbell.errors import FormClosed, NotAllowed, NotFound
from leadbell.events import BY_FORM, QUESTION, REQUEST

FieldType = Literal["text", "email", "phone", "number", "choice", "checkbox", "file"]
Copy = Literal["unqualified", "every", "never"]
FormState = Literal["open", "closed", "inactive"]
GuideDelivery = Literal["link", "mail"]
DownloadKind = Literal["guide", "product", "prices", "demo"]

# An address of a field's own that keeps its own name, whatever that name usually means.
KEPT_AS_IT_IS = "none"


@dataclass(frozen=True, slots=True)
class FormField:
    """A field that a form's owner has something to say about. `to` is our attribute, `label` what visitors call it."""

    name: str
    type: FieldType = "text"
    required: bool = False
    to: str = ""
    choices: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The exact text that a form asks people to agree to, and its version."""

    purpose: Purpose
    text: str
    version: str


@dataclass(frozen=True, slots=True)
class SpamSettings:
    """How wary a door is. `min_seconds` from showing to sending; `per_minute` is for one address and form;
    `our_business` are words for what its owner sells, which its visitors ask for."""

    min_seconds: int = 3
    max_links: int = 5
    turnstile: bool = False
    per_minute: int = 10
    our_business: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form: `means` is what it says for sales (question, request or nothing), `asks` a word of `formats.ASKED`.

    `event` is the type of fact that a submission becomes.
    """

    id: str
    label: str
    means: str
    asks: str
    copy: Copy = "unqualified"
    fields: tuple[FormField, ...] = ()
    origins: tuple[str, ...] = ()
    redirect: str = ""
    error_redirect: str = ""
    consents: tuple[ConsentText, ...] = ()
    spam: SpamSettings = SpamSettings()
    got_it: bool = False
    state: FormState = "open"
    accent: str = ""
    event: str = "form.submitted"
    product: str = ""
    files: bool = False

    @property
    def takes_files(self) -> bool:
        """Whether files that come with it are stored: its owner says so, or lists a field for one."""
        return self.files or any(each.type == "file" for each in self.fields)

    @property
    def says(self) -> dict[str, str]:
        """What a submission says by being one of this form; the fact keeps it, whatever is published later."""
        copy = {} if self.copy == "unqualified" else {"copy": self.copy}
        return {"form": self.id, "means": self.means, "asks": self.asks, **copy, **_about(self.product)}


@dataclass(frozen=True, slots=True)
class Asset:
    """Something people give their address for: where it lies in the asset bucket and the name it is saved under."""

    id: str
    key: str
    filename: str
    label: str = ""
    delivery: GuideDelivery = "link"
    kind: DownloadKind = "guide"
    product: str = ""
    origins: tuple[str, ...] = ()
    consents: tuple[ConsentText, ...] = ()
    spam: SpamSettings = SpamSettings()

    @property
    def says(self) -> dict[str, str]:
        """What asking for it says: which file it is, of which kind, and about which product."""
        label = {"asset_label": self.label} if self.label else {}
        kind = {"kind": str(self.kind)} if self.kind != "guide" else {}
        return {"asset": self.id, **label, **kind, **_about(self.product)}


def _about(product: str) -> dict[str, str]:
    return {"product": product} if product else {}


@dataclass(frozen=True, slots=True)
class Newsletter:
    """The signup for the newsletter."""

    origins: tuple[str, ...] = ()
    redirect: str = ""
    consents: tuple[ConsentText, ...] = ()
    spam: SpamSettings = SpamSettings()


@dataclass(frozen=True, slots=True)
class FormsConfig:
    """All of them. `version` is the hash of what was published; empty for those that ship with Leadbell."""

    version: str = ""
    forms: Mapping[str, Form] = field(default_factory=dict)
    downloads: Mapping[str, Asset] = field(default_factory=dict)
    newsletter: Newsletter = Newsletter()

    def form(self, form_id: str) -> Form:
        """The form, if it takes submissions; raises NotFound, FormClosed or NotAllowed.

        Never lists the forms there are: one may be for something that is not announced yet.
        """
        form = self.forms.get(form_id)
        if form is None:
            raise NotFound(
                "there is no form with this id; check the address that the form is sent to", "FORM_NOT_FOUND"
            )
        if form.state == "closed":
            raise FormClosed("this form is closed and no longer accepts submissions")
        if form.state == "inactive":
            raise NotAllowed("this form is not available at the moment", "FORM_INACTIVE")
        return form

    def asset(self, asset_id: str) -> Asset:
        """The file; raises NotFound, which names no other file either."""
        asset = self.downloads.get(asset_id)
        if asset is None:
            raise NotFound(
                "there is no download with this id; check the address that the form is sent to", "ASSET_NOT_FOUND"
            )
        return asset

    @classmethod
    def from_plain(cls, version: str, plain: Mapping[str, Any]) -> Self:
        """What `plain` made of one; raises TypeError, KeyError or ValueError for anything else."""
        forms = {each["id"]: Form(**{**each, **_shared(each), "fields": _fields(each)}) for each in plain["forms"]}
        downloads = {each["id"]: Asset(**{**each, **_shared(each)}) for each in plain["downloads"]}
        newsletter = Newsletter(**{**plain["newsletter"], **_shared(plain["newsletter"])})
        return cls(version, forms, downloads, newsletter)

    def plain(self) -> dict[str, Any]:
        """What `from_plain` reads: ready for JSON."""
        from dataclasses import asdict  # only who publishes needs it

        every = ([asdict(each) for each in named.values()] for named in (self.forms, self.downloads))
        forms, downloads = ([_without_added_since(each) for each in plain] for plain in every)
        return {"forms": forms, "downloads": downloads, "newsletter": asdict(self.newsletter)}


# What was not written at first, and is left out where it says nothing: so a file keeps its version.
_ADDED_SINCE = {"product": "", "kind": "guide"}


def _without_added_since(plain: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in plain.items() if _ADDED_SINCE.get(name) != value}


_WORDS: Mapping[str, tuple[str, ...]] = {
    "type": get_args(FieldType),
    "purpose": get_args(Purpose),
    "copy": get_args(Copy),
    "state": get_args(FormState),
    "delivery": get_args(GuideDelivery),
    "kind": get_args(DownloadKind),
    "event": BY_FORM,
    "means": (QUESTION, REQUEST, ""),
}


def _known(each: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same; raises ValueError for a word that a later release may know, and this one does not."""
    for name in each.keys() & _WORDS.keys():
        if each[name] not in _WORDS[name]:
            raise ValueError(f"{name} is no word that this code knows")
    return each


def _shared(each: Mapping[str, Any]) -> dict[str, Any]:
    """What forms, downloads and the newsletter have in common."""
    consents = tuple(ConsentText(**_known(consent)) for consent in _known(each)["consents"])
    spam = {**each["spam"], "our_business": tuple(each["spam"].get("our_business", ()))}
    return {"origins": tuple(each["origins"]), "consents": consents, "spam": SpamSettings(**spam)}


def _fields(form: Mapping[str, Any]) -> tuple[FormField, ...]:
    return tuple(FormField(**{**_known(each), "choices": tuple(each["choices"])}) for each in form["fields"])


FORMS: Mapping[str, Form] = {
    form.id: form
    for form in (
        Form("contact", "Contact", QUESTION, "question", files=True),
        Form("demo", "Request a demo", REQUEST, "demo"),
        Form("pricing", "Ask for a price", REQUEST, "price", files=True),
        Form("callback", "Ask for a call", REQUEST, "callback"),
    )
}

ASSETS: Mapping[str, Asset] = {"guide": Asset("guide", "guide.pdf", "guide.pdf", "Guide")}

PACKAGED = FormsConfig("", FORMS, ASSETS, Newsletter())
