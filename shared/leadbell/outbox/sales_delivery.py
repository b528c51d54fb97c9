"""Sends one mail to sales from the outbox: `notify` at once, `sweep` what is left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadbell.errors import Conflict, Unavailable
from leadbell.outbox.mail import MAX_SUBJECT, Mail, MailState
from leadbell.outbox.pacing import Pace
from leadbell.outbox.sales_outbox import Letter, Outbox, key_of
from leadbell.outbox.sns import Courier, Receipts

DIGEST_LIMIT = 20
CLAIMED_WITHIN = timedelta(milliseconds=50)  # each of many
MAX_MESSAGE_BYTES = 256 * 1024  # of a message with its attributes, says SNS; the subject and all else is in `_AROUND`
_AROUND = 1024
_RULE = "\n" + "-" * 60 + "\n\n"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What delivering needs."""

    outbox: Outbox
    courier: Courier
    pace: Pace

    def deliver(self, letters: Sequence[Letter], clock: Callable[[], datetime]) -> str:
        """Sends pending mails for one topic as one mail; says what became of them.

        `sent`, `waiting` (somebody who reads this topic got another mail just now), `blocked` (nobody reads), `taken`
        (another sender has them), `again` (SNS refused) or `unknown` (no answer). Raises Unavailable where the table
        does not answer.
        """
        now = clock()
        topic, readers = self._read_by(letters[0].topic, now)
        if not readers:
            for letter in letters:
                self.outbox.block(letter, now)
            return "blocked"
        # Claiming many takes a while, and what counts is when the mail goes out.
        if not self.pace.take_turn(readers, now, CLAIMED_WITHIN * (len(letters) - 1)):
            return "waiting"
        claimed = [letter for letter in letters if self._claimed(letter, clock())]
        if len(letters) > 1:
            self.pace.goes_out(readers, clock())
        return self._publish(topic, claimed, clock()) if claimed else "taken"

    def _read_by(self, wanted: str, now: datetime) -> tuple[str, frozenset[str]]:
        """The topic to send to and who reads it: the default inbox where nobody reads the one that is wanted."""
        default = self.courier.default_topic
        for topic in dict.fromkeys((wanted or default, default)):
            if readers := self.courier.known_readers(topic, now):
                return topic, readers
        return default, frozenset()

    def reached_since(self, letter: Letter, now: datetime) -> bool:
        """Whether somebody who reads this mail's topic was sent another one after this one was decided."""
        _, readers = self._read_by(letter.topic, now)
        return self.pace.took_turn(readers, letter.born_at)

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
                    self.outbox.again(letter, now, seen=MailState.CLAIMED)
            return "unknown" if error.maybe_done else "again"
        for letter in letters:
            self.outbox.sent(letter.pk, letter.sk, letter.number, message_id, now)
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


def fitting(letters: Sequence[Letter]) -> Sequence[Letter]:
    """As many of the first mails as fit into one: `DIGEST_LIMIT`, and what SNS takes; at least one."""
    size = _AROUND
    for count, letter in enumerate(letters[:DIGEST_LIMIT]):
        size += sum(len(text.encode()) for text in (_told(letter), _RULE, letter.key, ","))
        if size > MAX_MESSAGE_BYTES and count:
            return letters[:count]
    return letters[:DIGEST_LIMIT]


def digest(letters: Sequence[Letter]) -> Mail:
    """One mail for several: each keeps its own words and its own number."""
    if len(letters) == 1:
        return Mail(letters[0].mail.subject, letters[0].mail.body)
    numbers = " ".join(f"#{letter.number}" for letter in letters)
    subject = f"{len(letters)} mails from your website: {numbers}"
    if len(subject) >= MAX_SUBJECT:
        subject = f"{len(letters)} mails from your website: #{letters[0].number} to #{letters[-1].number}"
    return Mail(subject, _RULE.join(map(_told, letters)))


def _told(letter: Letter) -> str:
    return f"{letter.mail.subject}\n\n{letter.mail.body}"
