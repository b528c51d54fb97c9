"""One line of `leadbell doctor`."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from botocore.exceptions import BotoCoreError, ClientError

from cli.aws_errors import translated
from cli.errors import CommandError
from cli.refusals import KNOWN, explained
from cli.service import Service

State = Literal["pass", "fail", "skip"]


@dataclass(frozen=True)
class Check:
    """What was looked at, what was found and, where it fails, what to type. `skip` is what cannot be looked at here."""

    name: str
    state: State
    found: str
    fix: str = ""


def passed(name: str, found: str) -> Check:
    """It is as it should be."""
    return Check(name, "pass", found)


def failed(name: str, found: str, fix: str) -> Check:
    """It is not, and this mends it."""
    return Check(name, "fail", found, fix)


def judged(name: str, is_well: bool, found: str, wrong: str, fix: str) -> Check:
    """One of the two."""
    return passed(name, found) if is_well else failed(name, wrong, fix)


def only_on_aws(name: str) -> Check:
    """The emulator does not do it."""
    return Check(name, "skip", "not emulated on this machine")


Look = Callable[[Service], Iterable[Check]]


def examined(service: Service, looks: Iterable[tuple[str, Look]]) -> Iterator[Check]:
    """All lines in their order. What cannot be looked at is not well: nobody knows."""
    for name, look in looks:
        try:
            yield from look(service)
        except (ClientError, BotoCoreError) as error:
            yield _unknown(name, translated(error))
        except KNOWN as error:
            # Whatever it is: the checks after this one are made all the same.
            fix = f"Read what the lines above say first, then: leadbell status{service.stack.option}"
            yield _unknown(name, explained(error) or CommandError(f"{type(error).__name__}: {error}.", fix))


def _unknown(name: str, error: CommandError) -> Check:
    return failed(name, f"could not be checked. {error.problem}", error.fix)
