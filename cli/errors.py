"""What the terminal shows instead of a traceback."""


class CommandError(Exception):
    """What went wrong, and the fix when we know one; both are whole sentences."""

    def __init__(self, problem: str, fix: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix
