"""The forms file: what the owner of a website may write about its forms, checked where it enters.

A YAML 1.2 file (so `NO` and `9:30` stay text). Every unknown word is an error that names its line and the way out, and
what is left out is as in the packaged forms. Only the command line reads it: the doors load what it became (`config`).
"""

import hashlib
import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from leadbell.config_files import Strict, mistakes_in
from leadbell.consents import Purpose
from leadbell.errors import InvalidForms
from leadbell.events import BY_FORM, NEVER, QUESTION, REQUEST
from leadbell.field_names import OURS, RESERVED, plain_name
from leadbell.formats import ASKED
from leadbell.forms.config import (
    KEPT_AS_IT_IS,
    Asset,
    ConsentText,
    Copy,
    FieldType,
    Form,
    FormField,
    FormsConfig,
    FormState,
    GuideDelivery,
    Newsletter,
    SpamSettings,
)
from leadbell.forms.file_values import a_colour, a_file_key, a_line, a_page, a_site, a_slug, an_attribute
from leadbell.suggestions import did_you_mean

MAX_FORMS_BYTES = 200_000  # of an item's 400 KB, which holds the file as it was written too

Means = Literal["question", "request", "webinar.registered", "trial.started", "nothing"]


def _in_our_words(asks: str) -> str:
    if asks not in ASKED:
        raise ValueError(f'"{asks}" is not possible{did_you_mean(asks, ASKED)}')
    return asks


Asks = Annotated[str, AfterValidator(_in_our_words), Field(json_schema_extra={"enum": [*ASKED]})]
Slug = Annotated[str, AfterValidator(a_slug)]
OneLine = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(a_line)]
Site = Annotated[str, AfterValidator(a_site)]
PageAddress = Annotated[str, AfterValidator(a_page)]


class SpamInFile(Strict):
    """How wary a form is."""

    min_seconds: Annotated[int, Field(ge=0, le=3600)] = SpamSettings().min_seconds
    max_links: Annotated[int, Field(ge=0, le=1000)] = SpamSettings().max_links
    turnstile: bool = SpamSettings().turnstile
    per_minute: Annotated[int, Field(ge=1, le=10_000)] = SpamSettings().per_minute

    def plain(self) -> SpamSettings:
        """As the doors know it."""
        return SpamSettings(**self.model_dump())


class ConsentInFile(Strict):
    """What people agree to by ticking a box or by sending, word for word."""

    purpose: Purpose
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    version: OneLine

    def plain(self) -> ConsentText:
        """As the doors know it."""
        return ConsentText(self.purpose, self.text, self.version)


class FieldInFile(Strict):
    """A field that has to be there, has to hold something certain, or is something to us."""

    name: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(a_line)]
    type: FieldType = "text"
    required: bool = False
    to: Annotated[str, AfterValidator(an_attribute)] = ""
    choices: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(default_factory=list, max_length=500)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if plain_name(self.name) in RESERVED:
            raise ValueError(f'"{self.name}" is an instruction to Leadbell and cannot be a field; choose another name')
        if (self.type == "choice") is not bool(self.choices):
            raise ValueError("`type: choice` and a list of `choices` go together")
        return self

    @property
    def is_message(self) -> bool:
        """Whether people write to us in it."""
        return (self.to or OURS.get(plain_name(self.name))) == "message"

    def plain(self) -> FormField:
        """As the doors know it."""
        return FormField(self.name, self.type, self.required, self.to, tuple(self.choices))


def _different(what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f'two {what} "{value}"; keep one of them')
        seen.add(value)


class _Way(Strict):
    """What a form, a download and the newsletter have in common."""

    origins: list[Site] = Field(default_factory=list)
    consents: list[ConsentInFile] = Field(default_factory=list)
    spam: SpamInFile = SpamInFile()

    @model_validator(mode="after")
    def _consents_differ(self) -> Self:
        _different("`consents` for the purpose", (each.purpose for each in self.consents))
        return self

    @property
    def _common(self) -> dict[str, Any]:
        consents = tuple(each.plain() for each in self.consents)
        return {"origins": tuple(self.origins), "consents": consents, "spam": self.spam.plain()}


class FormInFile(_Way):
    """A form on the website."""

    label: OneLine
    means: Means
    asks: Asks | None = None
    copy_: Annotated[Copy, Field(alias="copy")] = "unqualified"
    fields: list[FieldInFile] = Field(default_factory=list, max_length=100)
    redirect: PageAddress = ""
    error_redirect: PageAddress = ""
    got_it: bool = False
    state: FormState = "open"
    accent: Annotated[str, BeforeValidator(a_colour)] = ""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.means == REQUEST and self._asked in ("", "question"):
            possible = ", ".join(word for word in ASKED if word != "question")
            raise ValueError(f"a request has to say what for: add `asks`, one of {possible}")
        if self.means != REQUEST and self.asks and self.asks != self.means:
            raise ValueError("`asks` is for `means: request` alone; leave it out, or change `means`")
        if self.copy_ == NEVER and (self.means in (QUESTION, REQUEST) or any(f.is_message for f in self.fields)):
            raise ValueError(
                "`copy: never` would leave people unheard who write to you; "
                "it is for forms without a message that mean neither a question nor a request"
            )
        _different("`fields` called", (plain_name(each.name) for each in self.fields))
        kept = [each.to for each in self.fields if each.to not in ("", KEPT_AS_IT_IS)]
        _different("`fields` that are the contact's", kept)
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
            **self._common,
        )


class DownloadInFile(_Way):
    """A file that people give their address for."""

    key: Annotated[str, AfterValidator(a_file_key)]
    filename: Annotated[str, AfterValidator(a_file_key)] = ""
    label: Annotated[str, Field(max_length=100), AfterValidator(a_line)] = ""
    delivery: GuideDelivery = "link"

    def plain(self, asset_id: str) -> Asset:
        """As the doors know it."""
        filename = self.filename or self.key.rpartition("/")[2]
        return Asset(asset_id, self.key, filename, self.label, self.delivery, **self._common)


class NewsletterInFile(_Way):
    """The signup for the newsletter."""

    redirect: PageAddress = ""

    def plain(self) -> Newsletter:
        """As the doors know it."""
        return Newsletter(redirect=self.redirect, **self._common)


class FormsFile(Strict):
    """A whole forms file."""

    forms: dict[Slug, FormInFile] = Field(default_factory=dict, max_length=200)
    downloads: dict[Slug, DownloadInFile] = Field(default_factory=dict, max_length=200)
    newsletter: NewsletterInFile = NewsletterInFile()

    def plain(self) -> FormsConfig:
        """As the doors know it, under the hash of what it says: spacing and remarks make no other version."""
        forms = {name: each.plain(name) for name, each in self.forms.items()}
        downloads = {name: each.plain(name) for name, each in self.downloads.items()}
        config = FormsConfig("", forms, downloads, self.newsletter.plain())
        text = json.dumps(config.plain(), sort_keys=True, separators=(",", ":"))
        return FormsConfig(hashlib.sha256(text.encode()).hexdigest()[:12], forms, downloads, config.newsletter)


def read_forms(text: str) -> FormsConfig:
    """The forms from their YAML 1.2 text; raises InvalidForms with one line per mistake, each with its line number."""
    from ruamel.yaml import YAML  # only who reads a file pays for the parser
    from ruamel.yaml.error import YAMLError

    if len(text.encode()) > MAX_FORMS_BYTES:
        raise InvalidForms(f"the file has {len(text.encode()):,} bytes; the limit is {MAX_FORMS_BYTES:,}")
    try:
        return FormsFile.model_validate(YAML(typ="safe", pure=True).load(text)).plain()
    except YAMLError as error:
        raise InvalidForms("\n".join(mistakes_in(text, error, "forms"))) from error
    except ValidationError as error:
        raise InvalidForms("\n".join(mistakes_in(text, error, "forms", FormsFile.model_json_schema()))) from error


def forms_schema() -> str:
    """The JSON Schema of a forms file, for editors: they complete keys and mark mistakes while one writes."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **FormsFile.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def packaged_forms() -> str:
    """The file of the forms that ship with Leadbell."""
    return files("leadbell").joinpath("data/forms.yaml").read_text(encoding="utf-8")
