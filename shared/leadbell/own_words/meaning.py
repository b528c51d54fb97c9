"""What the words of one submission mean on the day it came, beside what its sender wrote."""

from collections.abc import Iterable, Mapping
from datetime import date

from leadbell.events import REQUEST, Value
from leadbell.own_words.asking import asks_for
from leadbell.own_words.timing import timing_of

MEANING_BYTES = 60  # that the meaning adds to a fact at most


def with_meaning(fields: Mapping[str, Value], written: Iterable[str], today: date) -> dict[str, Value]:
    """The fields, with `timing` as we call it and, where the written text asks for it, `asks: price` or the like.

    A `timing` in their own words stays beside ours as `x_timing`; `timing_from` is the day that a later one means. What
    a form that means a request asks for is what it is for.
    """
    said = {name: value for name, value in fields.items() if name != "timing"}
    if theirs := str(fields.get("timing", "")):
        timing = timing_of(theirs, today)
        said |= {"timing": timing.answer} if timing.answer else {}
        said |= {"timing_from": timing.starts.isoformat()} if timing.starts else {}
        said |= {"x_timing": theirs} if theirs != timing.answer else {}
    if said.get("means") != REQUEST and (asked := asks_for("\n".join(written))):
        said["asks"] = asked
    return said
