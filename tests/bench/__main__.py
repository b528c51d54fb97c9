"""`make bench`: start-up, CPU per warm call, events per second of the core, read and write units per path."""

from rich.console import Console

from tests.bench import core, long, starts, units, warm

if __name__ == "__main__":
    console = Console(width=110)
    for part in (starts, warm, core, units):
        console.print(part.measure())
    console.print(units.submissions())
    for table in long.measure():
        console.print(table)
