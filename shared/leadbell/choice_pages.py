"""The pages behind links in mails to visitors: what is so, and a button for each thing they may choose.

Opening a page changes nothing: each button is a form of its own that posts, and nothing presses it but a person.
"""

from dataclasses import dataclass

from aws_lambda_powertools.event_handler import Response

from leadbell.choices import State
from leadbell.events import ALLOWED, ERASURE, OBJECTED, REQUESTED, SUBSCRIBED, UNSUBSCRIBED
from leadbell.pages import render_with, security_headers
from leadbell.visitor_words import words


@dataclass(frozen=True, slots=True)
class Button:
    """A form with nothing but a button: what it posts, what it says, and the sentence above it."""

    name: str
    value: str
    says: str
    line: str = ""


@dataclass(frozen=True, slots=True)
class ChoicePage:
    """One page, in one language."""

    language: str
    title: str
    lines: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    history_title: str = ""
    history: tuple[str, ...] = ()
    link: str = ""
    link_says: str = ""
    company: str = ""


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


def answer(page: ChoicePage) -> Response[str]:
    """The page as HTML; every value is escaped, and its forms post to us alone."""
    return Response(200, "text/html; charset=utf-8", render_with("choices.html", page=page), dict(security_headers()))


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages in one language, of one company."""

    language: str
    company: str

    def to_confirm(self) -> ChoicePage:
        """What the link in a confirmation mail opens."""
        told = words(self.language)
        return self._page("confirm", buttons=(Button("do", "confirm", told["confirm_button"]),))

    def confirmed(self, link: str, *, is_on_list: bool) -> ChoicePage:
        """What pressing its button leads to, the first time and every other."""
        return self._page("confirmed" if is_on_list else "left_since", link)

    def to_leave(self, link: str) -> ChoicePage:
        """What the link to leave opens; its button posts what mail programs post (RFC 8058)."""
        return self._page("leave", link, (Button(*ONE_CLICK, words(self.language)["leave_button"]),))

    def left(self, link: str) -> ChoicePage:
        """What leaving leads to."""
        return self._page("left", link)

    def choices(self, state: State) -> ChoicePage:
        """All that somebody may choose, and what they have told us so far."""
        told = words(self.language)
        lines = [("stopped_line", state.is_stopped), ("erase_asked", state.asked_erasure)]
        return ChoicePage(
            self.language,
            told["choices_title"],
            tuple(told[key] for key, holds in lines if holds),
            tuple(Button("do", do, told[says], told[line]) for do, says, line in _offered(state)),
            history_title=told["history_title"],
            history=tuple(f"{fact.received_at.date().isoformat()}: {told[_SAID[fact.type]]}" for fact in state.history),
            company=self.company,
        )

    def _page(self, key: str, link: str = "", buttons: tuple[Button, ...] = ()) -> ChoicePage:
        told = words(self.language)
        says = told["choices_link"] if link else ""
        lines = (told[f"{key}_line"],)
        return ChoicePage(
            self.language, told[f"{key}_title"], lines, buttons, link=link, link_says=says, company=self.company
        )


def _offered(state: State) -> list[tuple[str, str, str]]:
    """What each button posts, and the keys of what it says and of the sentence above it."""
    offered = [
        ("leave", "leave_button", "newsletter_on")
        if state.is_subscribed
        else ("join", "join_button", "newsletter_off"),
        ("allow", "allow_button", "scoring_off") if state.objects else ("object", "object_button", "scoring_on"),
    ]
    offered += [] if state.is_stopped else [("stop", "stop_button", "stop_line")]
    return offered + ([] if state.asked_erasure else [("erase", "erase_button", "erase_line")])
