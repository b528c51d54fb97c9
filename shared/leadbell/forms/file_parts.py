"""The small blocks of a forms file: a field, a consent, the spam settings."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from leadbell.config_files import Strict
from leadbell.consents import Purpose
from leadbell.field_names import RESERVED, ours, plain_name
from leadbell.forms.config import KEPT_AS_IT_IS, ConsentText, FieldType, FormField, SpamSettings
from leadbell.forms.file_values import ASSIGNABLE, a_line, an_attribute

OneLine = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(a_line)]

_SPAM = SpamSettings()


class SpamInFile(Strict):
    """How strictly a form is protected from spam."""

    min_seconds: int = Field(
        _SPAM.min_seconds, ge=0, le=3600, description="A form sent sooner than this after it was shown is suspicious."
    )
    max_links: int = Field(_SPAM.max_links, ge=0, le=1000, description="More links than these are suspicious.")
    turnstile: bool = Field(
        _SPAM.turnstile,
        description="`true`: the form needs a token of Cloudflare Turnstile, checked with the parameter "
        "`TurnstileSecret`.",
    )
    per_minute: int = Field(
        _SPAM.per_minute, ge=1, le=10_000, description="How often one IP address may send this form in a minute."
    )

    our_business: list[OneLine] = Field(
        [],
        max_length=50,
        description="Words for what you sell, such as `seo`, `casino` or `loans`: visitors who use words of sellers in "
        "that trade are not suspicious.",
    )

    def plain(self) -> SpamSettings:
        """As the doors know it."""
        return SpamSettings(**{**self.model_dump(), "our_business": tuple(self.our_business)})


class ConsentInFile(Strict):
    """What people consent to by ticking a box or by sending the form, word for word."""

    purpose: Purpose = Field(description="What they consent to. Each purpose at most once in a form.")
    text: str = Field(min_length=1, max_length=2000, description="What the page says, word for word.")
    version: OneLine = Field(description='Your name for this wording, in quotes: `"1"`. A new wording needs a new one.')

    def plain(self) -> ConsentText:
        """As the doors know it."""
        return ConsentText(self.purpose, self.text, self.version)


class FieldInFile(Strict):
    """A field that is required, has a type, or is read as an attribute of the contact."""

    name: OneLine = Field(
        description="Its name in the page. Upper and lower case are the same; `[]` at its end is ignored."
    )
    type: FieldType = Field(
        "text",
        description="What it must hold. `phone`: with its country code, or as in the country of `DefaultCountry`. "
        "`choice`: one of `choices`. `text`, `checkbox` and `file` accept anything.",
    )
    required: bool = Field(
        False, description="`true`: a submission without it is refused. A required checkbox has to be ticked."
    )
    to: Annotated[str, AfterValidator(an_attribute)] = Field(
        "",
        description="The attribute of the contact that it fills; `none`: it stays a field of your own. "
        "Left out: its name decides.",
        json_schema_extra={"enum": [*ASSIGNABLE, KEPT_AS_IT_IS, ""]},
    )
    choices: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        default_factory=list,
        max_length=500,
        description="The answers of a `type: choice`, each as the page sends it.",
    )

    label: OneLine | None = Field(
        None, description="What the page calls it, for messages about it. Left out: our word for it, or its name."
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if plain_name(self.name) in RESERVED:
            raise ValueError(f'"{self.name}" is reserved for instructions to Leadbell; use another name')
        if (self.type == "choice") is not bool(self.choices):
            raise ValueError("`type: choice` and a list of `choices` go together")
        return self

    @property
    def is_message(self) -> bool:
        """Whether people write to us in it."""
        return (self.to or ours(self.name)) == "message"

    def plain(self) -> FormField:
        """As the doors know it."""
        return FormField(self.name, self.type, self.required, self.to, tuple(self.choices), self.label or "")
