"""The page for a form that could not be sent: the mistakes, and the form again, ready to be corrected and sent.

The page keeps what was typed; instructions, consent and the page's own fields are kept as hidden fields. None of it is
ever in an address.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from leadbell.errors import IdempotencyConflict, LeadbellError, Problem
from leadbell.field_names import as_sent, is_behind_the_scenes, ours
from leadbell.translations import LANGUAGES, explain, refusal, say
from leadbell.web.bodies import Pairs
from leadbell.web.dialects import Refusal
from leadbell.web.pages import Input, InputKind, Page
from leadbell.web.refusals import Attempt, answer_to, problems_of, sentence, title

_KINDS: Mapping[str, InputKind] = {"email": "email", "phone": "tel", "message": "textarea"}
LONG = 80
# Of links in mails, and of a file that is not there: the sentence says it all, and no form has to be sent again.
_OF_LINKS = frozenset({"LINK_NOT_VALID", "ERASED", "NO_SUCH_CHOICE", "FILE_MISSING"})


def error_page(attempt: Attempt, error: LeadbellError, what: Refusal, company: str) -> Page:
    """What is wrong, and the form once more where sending it again can help."""
    language, answer = attempt.language, answer_to(error)
    is_again = attempt.request.is_post and answer.is_worth_another_try and attempt.typed != ()
    page = Page(
        say(language, answer.title),
        (*_why(error, what, language), *_advice(attempt, what, is_again=is_again)),
        company=company,
        language=language,
        accent=attempt.form.accent if attempt.form else "",
        small=(*_details(error, what, language), say(language, "reference", id=attempt.request.id)),
    )
    if not is_again:
        return replace(page, items=tuple(problem.message for problem in what.problems))
    drop = frozenset({"_idempotency"}) if isinstance(error, IdempotencyConflict) else frozenset[str]()
    inputs = refill(attempt.typed, problems_of(error), language, drop=drop)
    return replace(page, inputs=inputs, button=say(language, "send_again"))


def _why(error: LeadbellError, what: Refusal, language: str) -> tuple[str, ...]:
    """Why it is not taken, where no field says so."""
    if isinstance(error, IdempotencyConflict):  # the page itself can send it again, so nothing is to be reloaded
        return (say(language, "already_sent"),)
    return () if problems_of(error) else (refusal(language, what.code) or what.message,)


def _advice(attempt: Attempt, what: Refusal, *, is_again: bool) -> tuple[str, ...]:
    """What to do now."""
    request, language = attempt.request, attempt.language
    if not request.is_post:
        return (say(language, "how_to_post"),) if what.status == 405 else ()
    if not is_again:
        return () if what.code in _OF_LINKS else (say(language, "go_back"),)
    lost = (say(language, "files_again"),) if b'filename="' in request.raw.replace(b'filename=""', b"") else ()
    return (say(language, "kept" if what.problems else "kept_as_is"), *lost)


def _details(error: LeadbellError, what: Refusal, language: str) -> tuple[str, ...]:
    """The error's own message, for the owner of the form; nothing where the page says the same already."""
    own = sentence(str(error))
    if problems_of(error) or what.status in (405, 503) or what.code in _OF_LINKS:
        return ()
    return () if own == refusal(LANGUAGES[0], what.code) else (say(language, "details", details=own),)


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
        called = (problem.label if problem else "") or title(name, language)
        why = explain(language, problem, called) if problem else ""
        yield Input(name, value, _kind(name, value), called, why)


def _kind(name: str, value: str) -> InputKind:
    kind = _KINDS.get(ours(name), "text")
    return "textarea" if kind == "text" and (len(value) > LONG or "\n" in value or "\r" in value) else kind
