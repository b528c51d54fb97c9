"""What the terminal shows instead of a traceback."""

from leadbell.errors import NotWrittenDown, UnknownRep


class CommandError(Exception):
    """What went wrong, and the fix when we know one; both are whole sentences."""

    def __init__(self, problem: str, fix: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix


def refusal(error: UnknownRep | NotWrittenDown) -> CommandError:
    """What any command says where the service refuses it for one of these."""
    match error:
        case UnknownRep():
            reps = ", ".join(error.known) or "none; add one with leadbell reps add"
            return CommandError(f"There is no rep {error.rep_id}.", f"Reps: {reps}.")
        case NotWrittenDown():
            told = f"{error}"
            return CommandError(f"{told[0].upper()}{told[1:]}.", "Try again.")
