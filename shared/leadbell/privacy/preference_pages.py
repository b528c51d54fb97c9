"""The pages behind links in mails to visitors: the current choices, and a button for each change.

Opening a page changes nothing: each button is a form of its own that posts, and only a person presses it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from leadbell.events import ALLOWED, ERASURE, OBJECTED, REQUESTED, SUBSCRIBED, UNSUBSCRIBED, Fact
from leadbell.translations import catalogue, day_in_words
from leadbell.web.pages import Button, Page


class Chosen(Protocol):
    """What the page of all choices shows."""

    @property
    def is_subscribed(self) -> bool: ...
    @property
    def is_stopped(self) -> bool: ...
    @property
    def objects(self) -> bool: ...
    @property
    def asked_erasure(self) -> bool: ...
    @property
    def history(self) -> Sequence[Fact]: ...


# What was said, by the key of the words for it.
_SAID = {
    REQUESTED: "requested",
    SUBSCRIBED: "subscribed",
    UNSUBSCRIBED: "unsubscribed",
    OBJECTED: "objected",
    ALLOWED: "allowed",
    ERASURE: "erasure_requested",
}
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages in one language, of one company."""

    language: str
    company: str

    @property
    def told(self) -> Mapping[str, str]:
        """Their sentences."""
        return catalogue(self.language)["choices"]

    def to_confirm(self) -> Page:
        """What the link in a confirmation mail opens."""
        return self._page("confirm", buttons=(Button("do", "confirm", self.told["confirm_button"]),))

    def confirmed(self, link: str, *, is_on_list: bool) -> Page:
        """What pressing its button leads to, the first time and every other."""
        return self._page("confirmed" if is_on_list else "left_since", link)

    def to_leave(self, link: str) -> Page:
        """What the link to leave opens; its button posts what mail programs post (RFC 8058)."""
        return self._page("leave", link, (Button(*ONE_CLICK, self.told["leave_button"]),))

    def left(self, link: str) -> Page:
        """What leaving leads to."""
        return self._page("left", link)

    def choices(self, state: Chosen) -> Page:
        """All that somebody may choose, and the history of their choices."""
        told = self.told
        lines = [("stopped_line", state.is_stopped), ("erase_asked", state.asked_erasure)]
        return Page(
            told["choices_title"],
            tuple(told[key] for key, holds in lines if holds),
            company=self.company,
            language=self.language,
            buttons=tuple(Button("do", do, told[says], told[line]) for do, says, line in _offered(state)),
            history_title=told["history_title"],
            history=tuple(self._dated(fact) for fact in state.history),
        )

    def _dated(self, fact: Fact) -> str:
        """`28 November 2026: subscribed to the newsletter`."""
        return f"{day_in_words(self.language, fact.received_at.date())}: {self.told[_SAID[fact.type]]}"

    def _page(self, key: str, link: str = "", buttons: tuple[Button, ...] = ()) -> Page:
        told = self.told
        return Page(
            told[f"{key}_title"],
            (told[f"{key}_line"],),
            company=self.company,
            language=self.language,
            buttons=buttons,
            link=link,
            link_says=told["choices_link"],
        )


def _offered(state: Chosen) -> list[tuple[str, str, str]]:
    """What each button posts, and the keys of what it says and of the sentence above it."""
    offered = [
        ("leave", "leave_button", "newsletter_on")
        if state.is_subscribed
        else ("join", "join_button", "newsletter_off"),
        ("allow", "allow_button", "scoring_off") if state.objects else ("object", "object_button", "scoring_on"),
    ]
    offered += [] if state.is_stopped else [("stop", "stop_button", "stop_line")]
    return offered + ([] if state.asked_erasure else [("erase", "erase_button", "erase_line")])
