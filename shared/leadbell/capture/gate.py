"""Limits and the spam verdict: the IP address is limited before the body is read, the rest is checked after.

A retry of an accepted submission is never refused for its e-mail address, because the limit is meant for new ones. The
retry is counted while there is room: only the claim shows that it is a retry, and reading the claim first would cost
every submission a read. When the limit is reached, the claim is looked up and the retry uses it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from leadbell.capture.claims import Arrival, claimed_before
from leadbell.capture.field_checks import NOT_TICKED
from leadbell.capture.spam import NOT_CHECKED, Verdict, verdict
from leadbell.errors import NotAllowed, TooManyRequests
from leadbell.field_names import HONEYPOTS
from leadbell.forms.config import SpamSettings
from leadbell.keyed import Keyring
from leadbell.table import Item
from leadbell.web.bodies import Pairs, Upload, control
from leadbell.web.limits import Limits
from leadbell.web.request import Request
from leadbell.web.stamps import read_stamp
from leadbell.web.turnstile import FIELD, Checked, Turnstile
from leadbell.web.viewers import viewer_of


@dataclass(frozen=True, slots=True)
class Gate:
    """The doors' limits and rules. `keys` sign the stamps of forms, `proxy_secret` is what a CDN of ours knows."""

    keys: Keyring
    limits: Limits
    turnstile: Turnstile
    proxy_secret: str = ""

    def enter(self, request: Request, door: str, spam: SpamSettings, now: datetime) -> None:
        """Before the body is read: raises TooManyRequests where its source is over a limit."""
        self.limits.count_source(viewer_of(request, self.proxy_secret), door, spam.per_minute, now)

    def lets_files_in(self, request: Request, files: Sequence[Upload], now: datetime) -> bool:
        """Whether the source of these files may still have so many bytes stored today."""
        size = sum(len(file.content) for file in files)
        return self.limits.count_bytes(viewer_of(request, self.proxy_secret), size, now)

    def judged(
        self, request: Request, arrival: Arrival, spam: SpamSettings, origins: tuple[str, ...], now: datetime
    ) -> Arrival:
        """The same with its verdict; raises TooManyRequests for its address, NotAllowed for a failed challenge."""
        claim = self._count_address(arrival, now)
        is_checked = self._challenge(request, arrival, origins, now) if spam.turnstile else True
        shown = read_stamp(self.keys, arrival.door, control(arrival.pairs, "_t"), now)
        found = verdict({**arrival.fields, **arrival.read}, _trap(arrival.pairs), shown, spam)
        if not is_checked:
            found = Verdict(found.points, (*found.signs, NOT_CHECKED))
        return replace(arrival, verdict=found, claim=claim)

    def _count_address(self, arrival: Arrival, now: datetime) -> Item | None:
        """The claim of a retry for which there was no room; None where it was counted."""
        try:
            self.limits.count_address(arrival.mailbox, arrival.door, now)
        except TooManyRequests:
            claim = claimed_before(self.limits.table, arrival, now)
            if claim is None:
                raise
            return claim
        return None

    def _challenge(self, request: Request, arrival: Arrival, origins: tuple[str, ...], now: datetime) -> bool:
        """Whether the challenge was passed; False where it could not be checked, which has a lower limit."""
        hosts = {host for origin in origins if (host := urlsplit(origin).hostname)}
        action = arrival.door.rpartition("/")[2]
        match self.turnstile.check(control(arrival.pairs, FIELD), arrival.pairs, hosts, action):
            case Checked.BAD:
                raise NotAllowed("we could not verify that you are human. Please try again", "CAPTCHA_FAILED")
            case Checked.UNKNOWN:
                self.limits.count_unchecked(viewer_of(request, self.proxy_secret), arrival.door, now)
                return False
            case Checked.GOOD:
                return True


def _trap(pairs: Pairs) -> str:
    """What stands in a field that no person sees; a script says of an empty box that it is not ticked."""
    found = control(pairs, *HONEYPOTS)
    return "" if found.lower() in NOT_TICKED else found
