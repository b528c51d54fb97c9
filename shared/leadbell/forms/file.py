"""The forms file: what the owner of a website may write about its forms, checked where it enters.

A YAML 1.2 file (so `NO` and `9:30` stay text). Every unknown word is an error with its line and its fix, and what is
left out is as in the packaged forms. Only the command line reads it: the doors load what it became (`config`).
"""

import hashlib
import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from leadbell.config_files import Strict, mistakes_in
from leadbell.errors import InvalidForms
from leadbell.events import BY_FORM, NEVER, QUESTION, REQUEST
from leadbell.field_names import plain_name
from leadbell.formats import ASKED
from leadbell.forms.config import (
    KEPT_AS_IT_IS,
    Asset,
    Copy,
    DownloadKind,
    Form,
    FormsConfig,
    FormState,
    GuideDelivery,
    Newsletter,
)
from leadbell.forms.file_parts import ConsentInFile, FieldInFile, OneLine, SpamInFile
from leadbell.forms.file_values import a_colour, a_file_key, a_line, a_page, a_site, a_slug
from leadbell.suggestions import did_you_mean
from leadbell.yaml_files import Unreadable, written

MAX_FORMS_BYTES = 200_000  # of an item's 400 KB, which holds the file as it was written too

Means = Literal["question", "request", "webinar.registered", "trial.started", "nothing"]


def _in_our_words(asks: str) -> str:
    if asks not in ASKED:
        raise ValueError(f'"{asks}" is not valid{did_you_mean(asks, ASKED)}')
    return asks


Asks = Annotated[str, AfterValidator(_in_our_words), Field(json_schema_extra={"enum": [*ASKED]})]
Slug = Annotated[str, AfterValidator(a_slug)]
Site = Annotated[str, AfterValidator(a_site)]
PageAddress = Annotated[str, AfterValidator(a_page)]
FileName = Annotated[str, AfterValidator(a_file_key)]


def _different(what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f'two {what} "{value}"; keep one of them')
        seen.add(value)


class _Way(Strict):
    """What a form, a download and the newsletter have in common."""

    origins: list[Site] = Field(
        default_factory=list,
        description="The sites that may use it, each as `https://www.example.com`. None listed: every site. "
        "A page of another site is answered 403 `ORIGIN_NOT_ALLOWED`.",
    )
    consents: list[ConsentInFile] = Field(default_factory=list, description="What people consent to with this form.")
    spam: SpamInFile = Field(SpamInFile(), description="Its protection from spam.")

    @model_validator(mode="after")
    def _consents_differ(self) -> Self:
        _different("`consents` for the purpose", (each.purpose for each in self.consents))
        return self

    @property
    def _common(self) -> dict[str, Any]:
        consents = tuple(each.plain() for each in self.consents)
        return {"origins": tuple(self.origins), "consents": consents, "spam": self.spam.plain()}


Product = Annotated[str, Field(max_length=100), AfterValidator(a_line)]


class FormInFile(_Way):
    """A form on the website."""

    label: OneLine = Field(description="What you call it.")
    means: Means = Field(
        description="What a submission means for sales: a `question`, a `request` (a lead for sales at once), a "
        "registration for a webinar, the start of a trial, or `nothing` (a form was sent, no more)."
    )
    asks: Asks | None = Field(None, description="What a `request` asks for. Required with `means: request` alone.")
    copy_: Copy = Field(
        "unqualified",
        alias="copy",
        description="Which submissions that are no alert reach sales as a message: `unqualified` (questions, requests "
        "and whatever holds a message), `every`, or `never`.",
    )
    fields: list[FieldInFile] = Field(
        default_factory=list,
        max_length=100,
        description="The fields that you require, check or give a meaning. All others are stored as they come.",
    )
    files: bool = Field(
        False,
        description="`true`: files that come with the form are stored. A field of type `file` says so too. "
        "Otherwise the mail names them, and they are not stored.",
    )
    redirect: PageAddress = Field(
        "", description="The page a browser is sent to afterwards. Left out: our own thank-you page."
    )
    error_redirect: PageAddress = Field(
        "", description="The page a browser is sent to if fields are invalid. Left out: our own page, which names them."
    )
    got_it: bool = Field(
        False,
        description="`true`: the sender gets a mail that their message arrived, always with the same text. "
        "It needs the parameter `SenderEmail`.",
    )
    state: FormState = Field(
        "open",
        description="`inactive`: switched off for now, answered 403 `FORM_INACTIVE`. "
        "`closed`: for good, answered 410 `FORM_CLOSED`.",
    )
    accent: Annotated[str, BeforeValidator(a_colour)] = Field(
        "", description='The colour of our own pages, in quotes: `"#336699"`.'
    )

    product: Product = Field("", description="The product it is about, for conditions of the model file.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.means == REQUEST and self._asked in ("", "question"):
            possible = ", ".join(word for word in ASKED if word != "question")
            raise ValueError(f"a request needs `asks`; add one of {possible}")
        if self.means != REQUEST and self.asks and self.asks != self.means:
            raise ValueError("`asks` is only for `means: request`; leave it out, or change `means`")
        if self.copy_ == NEVER and (self.means in (QUESTION, REQUEST) or any(f.is_message for f in self.fields)):
            raise ValueError(
                "with `copy: never` nobody would read the messages of this form; use `copy: unqualified`. "
                "`never` is only for forms without a message field that mean neither a question nor a request"
            )
        _different("`fields` called", (plain_name(each.name) for each in self.fields))
        kept = [each.to for each in self.fields if each.to not in ("", KEPT_AS_IT_IS)]
        _different("`fields` read as", kept)
        return self

    @property
    def _asked(self) -> str:
        return self.asks or ("question" if self.means == QUESTION else "")

    def plain(self, form_id: str) -> Form:
        """As the doors know it."""
        return Form(
            id=form_id,
            label=self.label,
            means=self.means if self.means in (QUESTION, REQUEST) else "",
            asks=self._asked,
            copy=self.copy_,
            fields=tuple(each.plain() for each in self.fields),
            redirect=self.redirect,
            error_redirect=self.error_redirect,
            got_it=self.got_it,
            state=self.state,
            accent=self.accent,
            event=self.means if self.means in BY_FORM else BY_FORM[0],
            product=self.product,
            files=self.files,
            **self._common,
        )


class DownloadInFile(_Way):
    """A file that visitors get in exchange for their e-mail address."""

    key: FileName = Field(description="Where the file is in the asset bucket.")
    filename: FileName = Field("", description="The name it is saved under. Left out: the last part of `key`.")
    label: Annotated[str, Field(max_length=100), AfterValidator(a_line)] = Field("", description="What you call it.")
    delivery: GuideDelivery = Field(
        "link",
        description="`link`: the answer leads to the file. `mail`: the link is mailed, and works for 7 days; "
        "every address gets the same answer, 202 `link_sent`. It needs the parameter `SenderEmail`.",
    )

    kind: DownloadKind = Field(
        "guide",
        description="What it is: `guide`, `product` (product information), `prices` (a price list) or `demo` (demo "
        "software). All but a guide show interest in a product.",
    )
    product: Product = Field("", description="The product it is about, for conditions of the model file.")

    def plain(self, asset_id: str) -> Asset:
        """As the doors know it."""
        filename = self.filename or self.key.rpartition("/")[2]
        more = {"kind": self.kind, "product": self.product, **self._common}
        return Asset(asset_id, self.key, filename, self.label, self.delivery, **more)


class NewsletterInFile(_Way):
    """The signup for the newsletter."""

    redirect: PageAddress = Field("", description="The page a browser is sent to afterwards. Left out: our own page.")

    def plain(self) -> Newsletter:
        """As the doors know it."""
        return Newsletter(redirect=self.redirect, **self._common)


class FormsFile(Strict):
    """A whole forms file."""

    forms: dict[Slug, FormInFile] = Field(
        default_factory=dict,
        max_length=200,
        description="Each form by its name, which ends its address: `/forms/webinar`. "
        "A name has up to 64 of the letters a-z and A-Z, digits, `-` and `_`.",
    )
    downloads: dict[Slug, DownloadInFile] = Field(
        default_factory=dict, max_length=200, description="Each file by its name: `/downloads/prices`."
    )
    newsletter: NewsletterInFile = Field(NewsletterInFile(), description="The signup at `/newsletter`.")

    def plain(self) -> FormsConfig:
        """As the doors know it, under the hash of what it says: spacing and remarks make no other version."""
        forms = {name: each.plain(name) for name, each in self.forms.items()}
        downloads = {name: each.plain(name) for name, each in self.downloads.items()}
        config = FormsConfig("", forms, downloads, self.newsletter.plain())
        text = json.dumps(config.plain(), sort_keys=True, separators=(",", ":"))
        return FormsConfig(hashlib.sha256(text.encode()).hexdigest()[:12], forms, downloads, config.newsletter)


def read_forms(text: str) -> FormsConfig:
    """The forms from their YAML 1.2 text; raises InvalidForms with one line per mistake, each with its line number."""
    try:
        text_read = written(text, MAX_FORMS_BYTES)
    except Unreadable as error:
        raise InvalidForms(str(error)) from error
    try:
        return FormsFile.model_validate(text_read.plain).plain()
    except ValidationError as error:
        found = mistakes_in(text_read, error, "forms", FormsFile.model_json_schema())
        raise InvalidForms("\n".join(found)) from error


def forms_schema() -> str:
    """The JSON Schema of a forms file, for editors: they complete keys and mark mistakes while one writes."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **FormsFile.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def packaged_forms() -> str:
    """The file of the forms that ship with Leadbell."""
    return files("leadbell").joinpath("data/forms.yaml").read_text(encoding="utf-8")
