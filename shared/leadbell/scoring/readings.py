"""What people's own words say of them: read when a contact is scored, so that a better word list corrects the past."""

from collections.abc import Iterator, Mapping
from itertools import product

from leadbell.events import Value
from leadbell.own_words.answers import answer_of
from leadbell.own_words.industries import sector_of
from leadbell.own_words.job_titles import role_of

# What is read from an attribute, by the name that a model's conditions have for it.
READINGS = ("role", "sector")
_ANSWERED = ("need", "budget", "authority")


def with_readings(values: Mapping[str, Value]) -> dict[str, Value]:
    """The attributes of a contact with `role` from the job title and `sector` from the industry, where they say it."""
    role, sector = role_of(str(values.get("job_title", ""))), sector_of(str(values.get("industry", "")))
    return {**values, **({"role": role} if role else {}), **({"sector": sector} if sector else {})}


def as_answered(values: Mapping[str, Value]) -> Iterator[Mapping[str, Value]]:
    """The attributes with need, budget and authority as written and as read, in every way to combine them.

    A model may ask for words of its own form, which are no answer that we would read.
    """
    read = {name: answer_of(name, str(values[name])) for name in _ANSWERED if name in values}
    told = [[(name, values[name]), (name, answer)] for name, answer in read.items() if answer not in ("", values[name])]
    for answers in product(*told):
        yield {**values, **dict(answers)}
