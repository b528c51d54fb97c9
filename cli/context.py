"""What a command works with: the stack it is for, the service behind it, and the time.

A command that `reads_stack` or `changes_stack` has its context as first argument, and on the command line the three
options that name the stack.
"""

import getpass
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, update_wrapper
from typing import Any, Concatenate

import typer

from cli.options import Profile, Region, StackName
from cli.refusals import refusal
from cli.service import Service
from cli.stack import Stack, connect
from leadbell.clock import new_id, now
from leadbell.errors import LeadbellError
from leadbell.privacy.operator import Operator


@dataclass(frozen=True)
class Context:
    """Connects when the stack is first needed; a command that `changes` it prints its name first."""

    stack_name: str | None = None
    region: str | None = None
    profile: str | None = None
    changes: bool = False

    @cached_property
    def stack(self) -> Stack:
        stack = connect(self.stack_name, self.region, self.profile)
        if self.changes:
            typer.echo(f"Stack: {stack.title}", err=True)
        return stack

    @cached_property
    def service(self) -> Service:
        return Service(self.stack)

    def now(self) -> datetime:
        """The time now; a command that takes long asks again."""
        return now()

    def operator(self) -> Operator:
        """Who runs the command, by their login name, at this moment."""
        return Operator(self.service.contacts, getpass.getuser(), self.now(), new_id)


def reads_stack[**P](command: Callable[Concatenate[Context, P], None]) -> Callable[..., None]:
    """A command that reads a stack and changes nothing."""
    return _with_context(command, changes=False)


def changes_stack[**P](command: Callable[Concatenate[Context, P], None]) -> Callable[..., None]:
    """A command that changes a stack. It prints the name of the stack on stderr before it does."""
    return _with_context(command, changes=True)


def _with_context(command: Callable[..., None], *, changes: bool) -> Callable[..., None]:
    def run(*, stack_name: StackName = None, region: Region = None, profile: Profile = None, **given: Any) -> None:
        try:
            command(Context(stack_name, region, profile, changes), **given)
        except LeadbellError as error:
            if told := refusal(error):
                raise told from error
            raise

    *options, _ = inspect.signature(run).parameters.values()
    _, *arguments = inspect.signature(command).parameters.values()
    wrapped = update_wrapper(run, command)
    wrapped.__signature__ = inspect.Signature([*arguments, *options])  # type: ignore[attr-defined]  # typer reads it
    return wrapped
