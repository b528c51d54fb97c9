"""One attempt to send a mail by SES, and its result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from leadbell.outbox.mail import Mail, MailState

# Refused before it was taken, and not because of anything that somebody has to change.
_PASSING = frozenset("TooManyRequestsException LimitExceededException ThrottlingException Throttling".split())  # noqa: SIM905


_NOT_TAKEN = (ConnectTimeoutError, EndpointConnectionError)


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of one call to SES; `why` is its own code for a no."""

    state: MailState
    why: str = ""
    message_id: str = ""


def send(ses: Callable[[], Any], parameters: Mapping[str, Any]) -> Sending:
    """One attempt. Only an answer, or a call that was never taken, says for certain that nothing went out.

    `ses` gives the client: where it cannot even be made, the mail ends as one whose answer was lost.
    """
    try:
        answer = ses().send_email(**parameters)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500) >= 500:
            return Sending(MailState.UNKNOWN, code)
        if code == "BadRequestException":
            return Sending(MailState.DROPPED, code)
        return Sending(MailState.PENDING if code in _PASSING else MailState.BLOCKED, code)
    except BotoCoreError as error:
        state = MailState.PENDING if isinstance(error, _NOT_TAKEN) else MailState.UNKNOWN
        return Sending(state, type(error).__name__)
    return Sending(MailState.SENT, message_id=str(answer["MessageId"]))


def mail_request(sender: str, company: str, to: str, mail: Mail, to_leave: str) -> dict[str, Any]:
    """The parameters of SES's SendEmail; the two headers are RFC 8058's."""
    text = {"Data": mail.body, "Charset": "UTF-8"}
    headers = {"List-Unsubscribe": f"<{to_leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    simple = {
        "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
        "Body": {"Text": text},
        "Headers": [{"Name": name, "Value": value} for name, value in headers.items()],
    }
    return {
        "FromEmailAddress": formataddr((company, sender)),
        "Destination": {"ToAddresses": [to]},
        "Content": {"Simple": simple},
    }
