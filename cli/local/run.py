"""`leadbell run`: the local stack with its progress, its URLs, and a line for each submission."""

import signal
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from cli.local.changes import Follower
from cli.local.narration import panel
from cli.local.narrator import Narrator
from cli.local.running import Running, Settings, local_stack
from cli.service import Service
from cli.stack import DATA_DIR_VARIABLE, DEFAULT_DATA_DIR
from leadbell.clock import now
from leadbell.lifecycle.explain import why_here

WATCH_SECONDS = 0.3
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

READY = """
[bold green]Ready[/bold green] in {seconds:.0f} s.
  Demo website  [link={site_url}]{site_url}[/link]
  Sales inbox   [link={inbox_url}]{inbox_url}[/link]   (JSON: {inbox_json_url})
  API           {api_url}

[bold]Try it:[/bold] request a demo on the website, or type in a second terminal:
  curl -d 'name=Anna Berg' -d email=anna.berg@fjordkraft.example -d company=Fjordkraft \\
       -d 'job_title=VP Operations' -d company_size=250 -d country=SE \\
       '{api_url}/forms/demo'
Submissions appear below. Press Ctrl-C to stop; the data stays in {data_dir}.
"""


def run(
    port: Annotated[int, typer.Option(help="Port of the emulated AWS and the API.")] = 4566,
    site_port: Annotated[
        int, typer.Option(help="Port of the demo website and the sales inbox. 0: the port after --port.")
    ] = 0,
    auth: Annotated[bool, typer.Option(help="Enforce the IAM policy of each function.")] = True,
    data_dir: Annotated[Path, typer.Option(envvar=DATA_DIR_VARIABLE, help="Folder for the stored data.")] = Path(
        DEFAULT_DATA_DIR
    ),
) -> None:
    """Run Leadbell on this machine: the service on an emulated AWS, a demo website and a sales inbox.

    Builds and deploys into the emulator, then prints each submission until you press Ctrl-C. The data stays in the
    data folder for the next run.
    """
    console = Console(highlight=False)
    # `kill` and a closed terminal end the run as cleanly as Ctrl-C.
    for ending in ENDINGS:
        signal.signal(ending, signal.default_int_handler)
    settings = Settings(data_dir, port, site_port or port + 1, enforce_iam=auth)
    try:
        _run(settings, console)
    except KeyboardInterrupt:
        console.print(
            f"Stopped. The data is in {escape(str(data_dir))}. Run the same command to continue with it.",
            soft_wrap=True,
        )


def _run(settings: Settings, console: Console) -> None:
    started = time.monotonic()

    def on_step(step: str) -> None:
        console.print(f"[dim]{time.monotonic() - started:4.0f} s[/dim]  {step}")

    with ExitStack() as undo:
        with console.status("Starting"):
            running = undo.enter_context(
                local_stack(settings, on_step, on_mail=lambda mail: console.print(panel(mail)))
            )
        seconds = time.monotonic() - started
        console.print(
            READY.format(seconds=seconds, data_dir=escape(str(settings.data_dir)), **asdict(running.addresses)),
            soft_wrap=True,
        )
        try:
            _narrate(running, console)
        except KeyboardInterrupt:
            # A second Ctrl-C would cut off the emulator while it saves.
            for ending in ENDINGS:
                signal.signal(ending, signal.SIG_IGN)
            console.print("Stopping. The emulator is saving its data.")
            raise


def _narrate(running: Running, console: Console) -> None:
    """Until Ctrl-C, or until the emulator ends by itself."""
    table_name = running.addresses.table_name

    def verdict_on(contact_id: str) -> str:
        # A service of its own each time: what it reads once, such as the model, may have changed since.
        found = Service(running.stack).look_up(contact_id, now())
        return why_here(found.standing, found.derived) if found else ""

    narrator = Narrator(running.stack, table_name, console, verdict_on)
    follower = Follower(running.stack, table_name, narrator.on_changes)
    follower.start()
    try:
        while True:
            running.emulator.check()
            time.sleep(WATCH_SECONDS)
    finally:
        follower.stop()
