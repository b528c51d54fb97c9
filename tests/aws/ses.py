"""SES (API v2) as strict as it is: whom it sends for, whom it sends to, and what it refuses in a mail.

`sent` holds every mail that it accepted, whatever the caller was told.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from itertools import count
from typing import Any

from tests.aws.chance import Choices, Clock
from tests.aws.client import Answer, Client
from tests.aws.fates import refusal

_ADDRESS = re.compile(r"[!-?A-~]+@[!-?A-~]+")
_UNVERIFIED = "Email address is not verified. The following identities failed the check in region EU-NORTH-1: {}"


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail as it was accepted."""

    at: datetime
    message_id: str
    sender: str
    to: str
    subject: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def links(self) -> list[str]:
        """Every address of a page in its body."""
        return re.findall(r"https?://\S+", self.body)


class Ses(Client):
    """Where the client of boto3 is expected. `verified` are addresses and domains; in the sandbox readers are too."""

    service = "sesv2"

    def __init__(self, clock: Clock, choices: Choices, *verified: str, is_sandbox: bool = False) -> None:
        super().__init__(clock, choices)
        self.verified, self.is_sandbox = set(verified), is_sandbox
        self.sent: list[Sent] = []
        self._numbers = count(1)

    def send_email(self, **params: Any) -> Answer:
        return self.call("SendEmail", params, self._send_email)

    def _send_email(self, FromEmailAddress: str, Destination: Answer, Content: Answer) -> Answer:
        (to,) = Destination["ToAddresses"]
        simple = Content["Simple"]
        headers = {each["Name"]: each["Value"] for each in simple["Headers"]}
        for value in (FromEmailAddress, to, simple["Subject"]["Data"], *headers, *headers.values()):
            if re.search(r"[\x00-\x1f\x7f]", value):
                raise refusal("SendEmail", "BadRequestException", "Control characters are not allowed")
        if not _ADDRESS.fullmatch(to):
            raise refusal("SendEmail", "BadRequestException", "Local address contains control or whitespace")
        sender = parseaddr(FromEmailAddress)[1]
        for address in (sender, *([to] if self.is_sandbox else [])):
            if not {address, address.rpartition("@")[2]} & self.verified:
                raise refusal("SendEmail", "MessageRejected", _UNVERIFIED.format(address))
        message_id = f"0110019{next(self._numbers):08d}"
        text = simple["Body"]["Text"]["Data"]
        self.sent.append(Sent(self.clock(), message_id, sender, to, simple["Subject"]["Data"], text, headers))
        return {"MessageId": message_id}
