"""The packaged forms and assets: what a submission to each of them means."""

from collections.abc import Mapping
from dataclasses import dataclass

from leadbell.errors import NotFound
from leadbell.events import QUESTION, REQUEST


@dataclass(frozen=True, slots=True)
class Form:
    """A form: `means` is what it says for sales (question, request or nothing), `asks` a word of `wording.ASKED`."""

    id: str
    means: str
    asks: str


@dataclass(frozen=True, slots=True)
class Asset:
    """Something people give their address for: where it lies in the asset bucket and the name it is saved under."""

    id: str
    key: str
    filename: str


FORMS: Mapping[str, Form] = {
    form.id: form
    for form in (
        Form("contact", QUESTION, "question"),
        Form("demo", REQUEST, "demo"),
        Form("pricing", REQUEST, "price"),
        Form("callback", REQUEST, "callback"),
    )
}

ASSETS: Mapping[str, Asset] = {"guide": Asset("guide", "guide.pdf", "guide.pdf")}


def find_form(form_id: str) -> Form:
    """The form; raises NotFound naming the forms there are."""
    if form_id not in FORMS:
        raise NotFound(f"there is no form of this name; forms: {', '.join(FORMS)}", "FORM_NOT_FOUND")
    return FORMS[form_id]


def find_asset(asset_id: str) -> Asset:
    """The asset; raises NotFound naming the assets there are."""
    if asset_id not in ASSETS:
        raise NotFound(f"there is no download of this name; downloads: {', '.join(ASSETS)}", "ASSET_NOT_FOUND")
    return ASSETS[asset_id]
