"""What each function reads from its environment: checked once, when the function starts.

A resource's name has no default, so a missing one fails the first start and not the first lead that needs it. Only
the functions' `app.py` import this module; the rest of the package receives values.
"""

import os
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

# Variables that several functions read.
AttachmentBucket = Annotated[str, Field(alias="ATTACHMENT_BUCKET", min_length=1)]
CompanyName = Annotated[str, Field(alias="COMPANY_NAME")]
DefaultInbox = Annotated[str, Field(alias="DEFAULT_INBOX_TOPIC_ARN", pattern="^arn:")]
PublicUrl = Annotated[str, Field(alias="PUBLIC_URL", pattern="^https?://")]
SenderEmail = Annotated[str, Field(alias="SENDER_EMAIL", pattern=r"^$|^[^@\s]+@[^@\s]+$")]


class Environment(BaseModel):
    """Frozen settings; a field's alias is the name of its variable."""

    # An error must not print what it found: the environment holds the salt.
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, hide_input_in_errors=True)

    table_name: str = Field(alias="TABLE_NAME", min_length=1)

    @classmethod
    def from_env(cls) -> Self:
        """The settings of this function; raises ValidationError naming every variable that is missing or wrong."""
        return cls.model_validate(dict(os.environ))


class Settings(Environment):
    """What every function reads that knows who a contact is. The salt keys ids and links; it never changes."""

    contact_salt: str = Field(alias="CONTACT_SALT", min_length=8)


class DoorSettings(Settings):
    """What the public doors read."""

    site_origins: tuple[str, ...] = Field(alias="SITE_ORIGINS")
    default_country: str = Field(alias="DEFAULT_COUNTRY", pattern="^([A-Z]{2})?$")
    company_name: CompanyName
    limit_factor: int = Field(alias="LIMIT_FACTOR", ge=1, le=100000)
    turnstile_secret: str = Field(alias="TURNSTILE_SECRET", repr=False)
    turnstile_url: str = Field(alias="TURNSTILE_URL", pattern="^https?://")

    @field_validator("site_origins", mode="before")
    @classmethod
    def _origins(cls, value: object) -> object:
        return (
            tuple(origin.strip().rstrip("/") for origin in value.split(",") if origin.strip())
            if isinstance(value, str)
            else value
        )


class MailingDoorSettings(DoorSettings):
    """What doors that promise a mail read on top of that. Without a sender none is promised."""

    sender_email: SenderEmail


class DownloadsSettings(MailingDoorSettings):
    """What the download door reads on top of that."""

    asset_bucket: str = Field(alias="ASSET_BUCKET", min_length=1)
    link_seconds: int = Field(alias="LINK_SECONDS", ge=60, le=86400)


class FormsSettings(MailingDoorSettings):
    """What the forms' door reads on top of that."""

    attachment_bucket: AttachmentBucket


class ConsentSettings(Settings):
    """What the pages behind links in mails to visitors read."""

    company_name: CompanyName


class PostSettings(Settings):
    """What sending mails to visitors reads; without a sender none are sent."""

    public_url: PublicUrl
    sender_email: SenderEmail
    company_name: CompanyName


class ScoreSettings(Settings):
    """What scoring reads."""

    public_url: PublicUrl


class NotifySettings(PostSettings):
    """What sending reads; the salt keys the turns of the addresses it sends to."""

    default_inbox_topic_arn: DefaultInbox


class SweepSettings(NotifySettings):
    """What the sweep reads: scoring's and sending's."""

    receipt_queue_url: str = Field(alias="RECEIPT_QUEUE_URL", pattern="^https?://")


class SalesSettings(Settings):
    """What the page behind an alert's link reads."""

    company_name: CompanyName
    attachment_bucket: AttachmentBucket
