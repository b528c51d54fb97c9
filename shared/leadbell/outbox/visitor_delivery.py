"""Sends one mail to a visitor from the outbox by SES: `notify` at once, `sweep` what is left.

SES cannot mark two calls as one mail, and leaves no receipt. So a mail is sent at most once: a claim without a known
end is `unknown` for good. Only a mail that certainly was not sent is tried again, within a day. `mailing_rules` says
what forbids a mail, `visitor_outbox` stores its state, `visitor_mails` has its text.

`sales_delivery` sends mails to sales; the two share the functions that run them, and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from leadbell.brand import Brand
from leadbell.errors import Conflict
from leadbell.keyed import Keyring
from leadbell.outbox.links import choices_token, confirm_token, guide_link, leave_token, pause_token
from leadbell.outbox.mail import MailState
from leadbell.outbox.mailing_rules import DAY_IS_FULL, next_day, rules_for, why_forbidden
from leadbell.outbox.ses import Sending, mail_request, send
from leadbell.outbox.visitor_mails import Kind, compose_visitor_mail
from leadbell.outbox.visitor_outbox import TAKEN, VisitorMail, VisitorOutbox

GIVE_UP_AFTER = timedelta(days=1)
# As long as there are more first mails than a day allows: nobody's is dropped for a day on which others sent many.
WAITS_AT_MOST = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class VisitorDelivery:
    """What sending needs. `ses` gives a client made with `one_attempt()`; without `sender` nothing is sent."""

    outbox: VisitorOutbox
    ses: Callable[[], Any]
    sender: str
    keys: Keyring
    public_url: str
    brand: Brand
    first_mails_per_day: int

    def deliver(self, pk: str, sk: str, now: datetime) -> str:
        """Does for one mail what can be done now, and says what: `sent`, `unknown`, `pending` (later), `blocked`,
        `dropped`, or `taken` where it is somebody else's or done. Raises Unavailable where the table does not answer.
        """
        mail = self.outbox.waiting(pk, sk)
        return TAKEN if mail is None else self.work(mail, now)

    def work(self, mail: VisitorMail, now: datetime) -> str:
        """The same for a mail that was just read."""
        self.keys.made(now)
        if mail.state is MailState.CLAIMED:
            is_lost = mail.due_at is not None and mail.due_at <= now
            return self.outbox.end(mail, Sending(MailState.UNKNOWN), now) if is_lost else TAKEN
        if now - mail.born_at > (WAITS_AT_MOST if mail.why == DAY_IS_FULL else GIVE_UP_AFTER):
            return self.outbox.end(mail, Sending(MailState.DROPPED, mail.why or "too late"), now)
        if not self.sender:
            return self.outbox.later(mail, Sending(MailState.BLOCKED, "no sender address is set"), now)
        return self._claim_and_send(mail, now)

    def _claim_and_send(self, mail: VisitorMail, now: datetime) -> str:
        rules = rules_for(mail, self.keys, self.first_mails_per_day, now)
        try:
            claimed = self.outbox.claim(mail, [rule.write for rule in rules], now)
        except Conflict:
            why = why_forbidden(self.outbox.table, rules)
            if why == DAY_IS_FULL:
                return self.outbox.later(mail, Sending(MailState.BLOCKED, why), now, next_day(now))
            return self.outbox.end(mail, Sending(MailState.DROPPED, why), now) if why else TAKEN
        return self.outbox.settle(claimed, self._send(claimed), now)

    def _send(self, mail: VisitorMail) -> Sending:
        told = compose_visitor_mail(mail.kind, mail.language, self.link(mail), self.brand)
        to_leave = f"{self.public_url}/unsubscribe/{leave_token(self.keys, mail.pk, mail.born_at)}"
        return send(self.ses, mail_request(self.sender, self.brand.name, mail.to, told, to_leave))

    def link(self, mail: VisitorMail) -> str:
        """The one link of the mail."""
        match mail.kind:
            case Kind.CONFIRM:
                token = confirm_token(self.keys, mail.contact_id, mail.fact_key, mail.born_at)
                return f"{self.public_url}/confirm/{token}"
            case Kind.GUIDE:
                return guide_link(self.keys, self.public_url, mail.contact_id, mail.asset, mail.born_at)
            case Kind.PAUSED:
                return f"{self.public_url}/preferences/{pause_token(self.keys, mail.contact_id, mail.born_at)}"
            case Kind.GOT_IT | Kind.CHOICES:
                return f"{self.public_url}/preferences/{choices_token(self.keys, mail.contact_id, mail.born_at)}"
