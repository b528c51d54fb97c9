"""Every error that a command may end with, as a problem and a fix; any other is a bug and keeps its traceback."""

import re
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

# Typer carries click inside, and has no public name for these two.
from typer._click.exceptions import ClickException, UsageError

from cli.aws_errors import translated
from cli.errors import CommandError
from leadbell.errors import Conflict, LeadbellError, NotWrittenDown, Unavailable, UnknownItem, UnknownRep

KNOWN = (CommandError, LeadbellError, BotoCoreError, ClientError, ClickException, OSError)
# How the parser of options puts it, and how we do.
PLAIN = {
    "Value error, ": "",
    "Input should be a valid integer.*": "this is not a whole number.",
    r"Got unexpected extra arguments?(\(s\))? \((.*)\)": r"Unexpected: \2.",
    r"does not match the formats? '%Y-%m-%d'": "is not a date. Write it as YYYY-MM-DD",
}
OF_A_STACK = ("--stack-name", "--region", "--profile")
AFTER = "Type the options after the command, for example: leadbell status --stack-name NAME."
AGAIN = "Run the same command again. If it fails again, run `leadbell status`."


def explained(error: Exception) -> CommandError | None:
    """The problem and its fix; None for what no command should end with."""
    match error:
        case CommandError():
            return error
        case LeadbellError():
            return refusal(error)
        case BotoCoreError() | ClientError():
            return translated(error)
        case ClickException():
            return _mistyped(error)
        case OSError(filename=str() as file):
            fix = f"Check the path and its permissions: ls -ld {file} {Path(file).parent}"
            return CommandError(f"{file}: {error.strerror}.", fix)
    return None


def refusal(error: LeadbellError) -> CommandError | None:
    """What any command says where the service refuses it for one of these."""
    match error:
        case UnknownRep():
            known = f"Use one of: {', '.join(error.known)}. Or add" if error.known else "Add"
            fix = f"{known} this one: leadbell reps add {error.rep_id} --email ADDRESS."
            return CommandError(f"There is no rep with the id {error.rep_id}.", fix)
        case NotWrittenDown():
            return CommandError(sentence(error), "Run the same command again.")
        case Unavailable() if cause := of_aws(error):
            return translated(cause)
        case Unavailable() | Conflict():
            return CommandError(sentence(error), AGAIN)
        case UnknownItem():
            return CommandError(sentence(error), "Use the leadbell command of the version that is deployed.")
    return None


def of_aws(error: LeadbellError) -> BotoCoreError | ClientError | None:
    """The error of AWS behind one of ours, if there is one."""
    cause = error.__cause__
    return cause if isinstance(cause, BotoCoreError | ClientError) else None


def sentence(error: Exception) -> str:
    """An error of the package, which begins in lower case and ends without a full stop, as a sentence."""
    text = f"{error}"
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _mistyped(error: ClickException) -> CommandError:
    context = error.ctx if isinstance(error, UsageError) else None
    command = context.command_path if context else "leadbell"
    example = (context.command.epilog or "").removeprefix("Example: ") if context else ""
    shown = f"Type it like this: {example}. " if example else ""
    if context and context.parent is None and getattr(error, "option_name", "") in OF_A_STACK:
        return CommandError(f"{error.option_name} must come after the command.", AFTER)  # type: ignore[attr-defined]
    problem = " ".join(error.format_message().split())
    for found, plain in PLAIN.items():
        problem = re.sub(found, plain, problem)
    return CommandError(problem, f"{shown}`{command} --help` lists everything that can be typed.")
