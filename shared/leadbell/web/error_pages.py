"""The page for a form that could not be sent: what is wrong, and the form once more, ready to be mended and sent.

What was typed stands in it; instructions, consent and what the page itself said travel along unseen. Nothing of it is
ever in an address.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from leadbell.errors import IdempotencyConflict, InvalidSubmission, LeadbellError, Problem
from leadbell.field_names import as_sent, is_behind_the_scenes, ours
from leadbell.languages import explain, label, refusal, say
from leadbell.web.bodies import Pairs
from leadbell.web.dialects import Refusal
from leadbell.web.pages import Input, InputKind, Page
from leadbell.web.request import Request

_KINDS: Mapping[str, InputKind] = {"email": "email", "phone": "tel", "message": "textarea"}
LONG = 80

_TITLES = {404: "not_found", 405: "not_a_page", 429: "try_again", 503: "try_again"}
# Sending the same again, mended or later, can help: the page then holds a form with what was typed.
_WORTH_ANOTHER_TRY = frozenset({409, 422, 429, 503})


def refill(pairs: Pairs, problems: Iterable[Problem], language: str, *, drop: frozenset[str]) -> tuple[Input, ...]:
    """The inputs of the page's form, with what is wrong; `drop` are names that must not come again."""
    wrong = {as_sent(each.field, (name for name, _ in pairs)): each for each in problems}
    kept = [(name, value) for name, value in pairs if name.lower() not in drop]
    asked_for = [(name, "") for name in wrong if name not in {name for name, _ in kept}]
    times = Counter(name for name, _ in kept)
    return tuple(_inputs([*kept, *asked_for], wrong, times, language))


def _inputs(
    pairs: Iterable[tuple[str, str]], wrong: Mapping[str, Problem], times: Counter[str], language: str
) -> Iterator[Input]:
    for name, value in pairs:
        problem = wrong.get(name)
        if problem is None and (times[name] > 1 or is_behind_the_scenes(name)):
            yield Input(name, value)
            continue
        called = title(name, language)
        why = explain(language, problem, called) if problem else ""
        yield Input(name, value, _kind(name, value), called, why)


def title(name: str, language: str) -> str:
    """What a person is shown as the name of a field."""
    return label(language, ours(name) or name) or name


def _kind(name: str, value: str) -> InputKind:
    kind = _KINDS.get(ours(name), "text")
    return "textarea" if kind == "text" and (len(value) > LONG or "\n" in value or "\r" in value) else kind


class FormAsked(Protocol):
    """What an answer takes from the form that was asked for."""

    @property
    def accent(self) -> str: ...
    @property
    def origins(self) -> tuple[str, ...]: ...
    @property
    def redirect(self) -> str: ...
    @property
    def error_redirect(self) -> str: ...


def _page(
    request: Request, what: Refusal, pairs: Pairs, error: LeadbellError, company: str, form: FormAsked | None
) -> Page:
    language = request.language(pairs)
    problems = error.problems if isinstance(error, InvalidSubmission) else ()
    keeps = request.is_post and what.status in _WORTH_ANOTHER_TRY and pairs != ()
    drop = frozenset({"_idempotency"}) if isinstance(error, IdempotencyConflict) else frozenset[str]()
    why = () if problems else (refusal(language, what.code) or _sentence(what.message),)
    small = [say(language, "details", details=_sentence(str(error)))] if _has_details(what, problems) else []
    return Page(
        say(language, _TITLES.get(what.status, "not_sent")),
        (*why, *_advice(request, what, keeps, language)),
        () if keeps else tuple(problem.message for problem in what.problems),
        company=company,
        language=language,
        accent=form.accent if form else "",
        inputs=refill(pairs, problems, language, drop=drop) if keeps else (),
        button=say(language, "send_again") if keeps else "",
        small=(*small, say(language, "reference", id=request.id)),
    )


def _has_details(what: Refusal, problems: Sequence[Problem]) -> bool:
    return not problems and what.status not in (405, 503)


def _advice(request: Request, what: Refusal, keeps: bool, language: str) -> tuple[str, ...]:
    if not request.is_post:
        return (say(language, "how_to_post"),) if what.status == 405 else ()
    if not keeps:
        return (say(language, "go_back"),)
    lost = (say(language, "files_again"),) if b'filename="' in request.raw.replace(b'filename=""', b"") else ()
    return (say(language, "kept" if what.problems else "kept_as_is"), *lost)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
