"""`make bench`: start-up, CPU per warm call, memory, events per second, read and write units, files a post touches."""

from rich.console import Console

from tests.bench import core, long, memory, starts, units, walk, warm

if __name__ == "__main__":
    console = Console(width=110)
    for start in (starts.measure, starts.measure_answers, starts.signup):
        console.print(start())
    for part in (warm, core, units):
        console.print(part.measure())
    console.print(warm.measure_with_client())
    console.print(units.submissions())
    for table in (*memory.measure(), *long.measure()):
        console.print(table)
    # Last, for it loads the functions anew, with a table of its own.
    console.print(walk.measure())
