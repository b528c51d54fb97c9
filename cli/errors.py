"""What the terminal shows instead of a traceback."""


class CommandError(Exception):
    """What went wrong, and what to type or change to mend it: whole sentences, both, in every case."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix
