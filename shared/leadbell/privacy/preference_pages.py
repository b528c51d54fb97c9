"""The pages behind links in mails to visitors: the current choices, and a button for each change.

Opening a page changes nothing: each button is a form of its own that posts, and only a person presses it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from leadbell.brand import Brand
from leadbell.consents import NEWSLETTER, PROFILING
from leadbell.events import ALLOWED, ERASURE, LIFTED, OBJECTED, REQUESTED, SUBSCRIBED, UNSUBSCRIBED, Fact
from leadbell.outbox.links import JOIN, KEEP, LEAVE, SEND, UNDO
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
    def paused(self) -> Sequence[str]: ...
    @property
    def history(self) -> Sequence[Fact]: ...


# What was said, by the key of the words for it.
_SAID = {
    REQUESTED: "requested",
    SUBSCRIBED: "subscribed",
    UNSUBSCRIBED: "unsubscribed",
    OBJECTED: "objected",
    ALLOWED: "allowed",
    LIFTED: "lifted",
    ERASURE: "erasure_requested",
}
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages in one language, of one company."""

    language: str
    brand: Brand

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

    def choices(self, state: Chosen, may: Collection[str] | None = None, did: str = "") -> Page:
        """All that somebody may choose, and the history of their choices; or what a limited link `may`, and no history.

        `did` is what they chose just now.
        """
        if may is not None:
            return self._some_choices(state, may, is_sent=did == SEND)
        told = self.told
        lines = [("stopped_line", state.is_stopped), ("erase_asked", state.asked_erasure)]
        return Page(
            told["choices_title"],
            (*(told[key] for key, holds in lines if holds), *self._paused(state)),
            brand=self.brand,
            language=self.language,
            buttons=tuple(
                Button("do", do, told[says], told[line] if line else "") for do, says, line in _offered(state)
            ),
            history_title=told["history_title"],
            history=tuple(self._dated(fact) for fact in state.history),
        )

    def _some_choices(self, state: Chosen, may: Collection[str], *, is_sent: bool) -> Page:
        """What a limited link may: whether a no is kept or undone, or the newsletter and a link to everything else."""
        told, asks = self.told, KEEP in may
        lines = self._paused(state) if asks else [told["sent_line"]] if is_sent else []
        buttons = [Button("do", do, told[says], told[line] if line else "") for do, says, line in _offered(state, may)]
        return Page(
            told["paused_title" if asks and state.paused else "choices_title"],
            tuple(lines) or ((told["settled_line"],) if asks else ()),
            brand=self.brand,
            language=self.language,
            buttons=tuple(buttons),
        )

    def _paused(self, state: Chosen) -> list[str]:
        """That forms said no, and to what."""
        return (
            [self.told["paused_line"], *(self.told[f"no_{purpose}"] for purpose in state.paused)]
            if state.paused
            else []
        )

    def _dated(self, fact: Fact) -> str:
        """`28 November 2026: subscribed to the newsletter`."""
        return f"{day_in_words(self.language, fact.received_at.date())}: {self.told[_SAID[fact.type]]}"

    def _page(self, key: str, link: str = "", buttons: tuple[Button, ...] = ()) -> Page:
        told = self.told
        return Page(
            told[f"{key}_title"],
            (told[f"{key}_line"],),
            brand=self.brand,
            language=self.language,
            buttons=buttons,
            link=link,
            link_says=told["choices_link"],
        )


def _offered(state: Chosen, may: Collection[str] | None = None) -> list[tuple[str, str, str]]:
    """What each button posts, and the keys of what it says and of the sentence above it: all, or those a link `may`."""
    offered: list[tuple[str, str, str]] = []
    if state.paused:
        offered += [(KEEP, "keep_button", ""), (UNDO, "undo_button", "")]
    if NEWSLETTER not in state.paused:
        leave, join = (LEAVE, "leave_button", "newsletter_on"), (JOIN, "join_button", "newsletter_off")
        offered.append(leave if state.is_subscribed else join)
    if PROFILING not in state.paused:
        objects, allows = ("object", "object_button", "scoring_on"), ("allow", "allow_button", "scoring_off")
        offered.append(allows if state.objects else objects)
    offered += [] if state.is_stopped else [("stop", "stop_button", "stop_line")]
    offered += [] if state.asked_erasure else [("erase", "erase_button", "erase_line")]
    return [each for each in [*offered, (SEND, "send_button", "send_line")] if _may(each[0], may)]


def _may(what: str, may: Collection[str] | None) -> bool:
    return what != SEND if may is None else what in may
