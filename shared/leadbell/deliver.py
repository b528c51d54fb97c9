"""One mail from the outbox to its reader; `notify` does it at once, `sweep` for whatever is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leadbell.delivery import Courier, Receipts
from leadbell.errors import Conflict, Unavailable
from leadbell.mail import MAX_SUBJECT, Mail
from leadbell.outbox import Letter, Outbox, key_of

DIGEST_LIMIT = 20
_RULE = "\n" + "-" * 60 + "\n\n"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What delivering needs."""

    outbox: Outbox
    courier: Courier

    def deliver(self, letters: Sequence[Letter], now: datetime) -> str:
        """Sends pending mails for one topic as one mail; says what became of them.

        `sent`, `waiting` (another mail went to this topic just now), `blocked` (nobody reads), `taken` (another sender
        has them), `again` (SNS refused) or `unknown` (no answer). Raises Unavailable where the table does not answer.
        """
        topic = self._topic_with_reader(letters[0].topic, now)
        if topic is None:
            for letter in letters:
                self.outbox.block(letter, now)
            return "blocked"
        if not self.outbox.may_send_to(topic, now):
            return "waiting"
        claimed = [letter for letter in letters if self._claimed(letter, now)]
        if not claimed:
            return "taken"
        return self._publish(topic, claimed, now)

    def _topic_with_reader(self, wanted: str, now: datetime) -> str | None:
        default = self.courier.default_topic
        choices = [topic for topic in (wanted, default) if topic]
        return next((topic for topic in choices if self.courier.has_reader(topic, now)), None)

    def _claimed(self, letter: Letter, now: datetime) -> bool:
        try:
            self.outbox.claim(letter, now)
        except Conflict:
            return False
        return True

    def _publish(self, topic: str, letters: Sequence[Letter], now: datetime) -> str:
        try:
            message_id = self.courier.publish(topic, digest(letters), [letter.key for letter in letters])
        except Unavailable as error:
            for letter in letters:
                if error.maybe_done:
                    self.outbox.unknown(letter, now)
                else:
                    self.outbox.again(letter, now, seen="claimed")
            return "unknown" if error.maybe_done else "again"
        for letter in letters:
            self.outbox.sent(letter.pk, letter.sk, message_id, now)
        return "sent"

    def settle(self, receipts: Receipts, now: datetime, *, to_the_end: bool) -> bool:
        """Marks as sent what the receipt queue proves; True only `to_the_end`, when the queue surely has no more."""
        for _ in range(50):
            taken = receipts.take(wait_seconds=1 if to_the_end else 0)
            if not taken:
                return to_the_end
            for receipt in taken:
                for key in receipt.keys:
                    self.outbox.sent(*key_of(key), receipt.message_id, now)
                receipts.done(receipt)
        return False


def digest(letters: Sequence[Letter]) -> Mail:
    """One mail for several: each keeps its own words and its own number."""
    if len(letters) == 1:
        return Mail(letters[0].subject, letters[0].body)
    numbers = " ".join(f"#{letter.number}" for letter in letters)
    subject = f"{len(letters)} mails from your website: {numbers}"
    if len(subject) >= MAX_SUBJECT:
        subject = f"{len(letters)} mails from your website: #{letters[0].number} to #{letters[-1].number}"
    return Mail(subject, _RULE.join(f"{letter.subject}\n\n{letter.body}" for letter in letters))
