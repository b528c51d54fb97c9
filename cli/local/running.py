"""The whole local stack as one `with` block: everything started in it is stopped at its end.

`leadbell run` and the end-to-end tests use this same block.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.errors import CommandError
from cli.local.deploy import build, deploy
from cli.local.earlier import set_aside
from cli.local.emulator import REGION, Emulator, stop_leftover
from cli.local.inbox import Inbox, InboxFeeder, Mail
from cli.local.pages import FILES
from cli.local.ports import HOST, require_free
from cli.local.project import Project, find_project
from cli.local.routes import api_url, complete_api
from cli.local.sender import let_mails_out
from cli.local.site import Site
from cli.local.warm_up import warm_up
from cli.stack import LocalStack, Stack, local_connection

STACK_NAME = "leadbell-local"
ALERT_EMAIL = "sales@example.com"
SENDER_EMAIL = "news@tidewell.example"
GUIDE_KEY = "guide.pdf"
# Everybody here is one address: 127.0.0.1.
UNLIMITED = {"LimitFactor": "100000"}


@dataclass(frozen=True)
class Settings:
    """How to run: where the data is kept, which ports, whether each function is held to its own role's policy, and who
    sends mails to visitors (empty: nobody, and a newsletter signup counts at once)."""

    data_dir: Path
    port: int
    site_port: int
    enforce_iam: bool = True
    sender_email: str = SENDER_EMAIL


@dataclass(frozen=True)
class Running:
    """A local stack that answers."""

    data_dir: Path
    addresses: LocalStack
    stack: Stack
    emulator: Emulator
    inbox: Inbox


def _quiet(_: object) -> None:
    pass


@contextmanager
def local_stack(
    settings: Settings,
    on_step: Callable[[str], None] = _quiet,
    on_mail: Callable[[Mail], None] = _quiet,
) -> Iterator[Running]:
    """Start everything, yield once it answers, stop everything in the reverse order.

    Raises CommandError, with the fix, for ports in use, missing tools, a failed build or deployment.
    """
    project = find_project()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with ExitStack() as undo:
        undo.enter_context(_only_run(settings.data_dir))
        emulator = _start_emulator(project, settings, on_step, undo)
        stack = local_connection(STACK_NAME, emulator.url, REGION)
        _deploy(project, settings, stack, on_step)
        # Read anew: what was described before the deployment is no longer true.
        stack = local_connection(STACK_NAME, emulator.url, REGION)
        on_step("Creating the API routes")
        complete_api(stack)
        let_mails_out(stack, settings.sender_email)
        _upload_guide(stack)
        on_step("Starting the functions")
        url = api_url(stack, settings.port)
        warm_up(stack, url)
        on_step("Starting the website and the inbox")
        inbox = _serve(settings, stack, url, on_mail, undo)
        addresses = _addresses(settings, stack, url)
        addresses.write(settings.data_dir)
        undo.callback((settings.data_dir / "local.json").unlink, missing_ok=True)
        yield Running(settings.data_dir, addresses, stack, emulator, inbox)


@contextmanager
def _only_run(data_dir: Path) -> Iterator[None]:
    """Two runs on one data folder would overwrite each other. The lock ends with the process, however that ends."""
    with (data_dir / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(
                f"Leadbell is already running with the data in {data_dir}.",
                f"Use that run (its URLs: cat {data_dir / 'local.json'}), stop it with Ctrl-C, or start "
                "another: make run ARGS='--port 4600 --data-dir .leadbell-2'",
            ) from error
        (data_dir / "local.json").unlink(missing_ok=True)
        yield


def _start_emulator(project: Project, settings: Settings, on_step: Callable[[str], None], undo: ExitStack) -> Emulator:
    if stop_leftover(settings.data_dir):
        on_step("Stopped the emulator of an earlier run that was killed")
    if old := set_aside(settings.data_dir):
        on_step(f"Contacts have new ids in this version, so it starts empty. The earlier data is kept in {old}")
    require_free(settings.port, "the emulator", "--port")
    require_free(settings.site_port, "the demo website", "--site-port")
    on_step("Starting the emulator")
    emulator = Emulator(project.emulator, settings.data_dir.resolve(), settings.port, settings.enforce_iam)
    undo.callback(emulator.stop)
    emulator.start()
    return emulator


def _deploy(project: Project, settings: Settings, stack: Stack, on_step: Callable[[str], None]) -> None:
    fingerprint = build(project, settings.data_dir, on_step)
    origins = ",".join(f"http://{name}:{settings.site_port}" for name in (HOST, "localhost"))
    parameters = {
        "AlertEmail": ALERT_EMAIL,
        "SiteOrigins": origins,
        "CompanyName": "Tidewell Pumps",
        "SenderEmail": settings.sender_email,
        # The template can only know the address that AWS would give the API.
        "PublicUrl": api_url(stack, settings.port),
        **UNLIMITED,
    }
    deploy(project, settings.data_dir, stack, fingerprint, parameters, on_step)


def _upload_guide(stack: Stack) -> None:
    stack.client("s3").put_object(
        Bucket=stack.output("AssetBucket"),
        Key=GUIDE_KEY,
        Body=(FILES / GUIDE_KEY).read_bytes(),
        ContentType="application/pdf",
    )


def _serve(settings: Settings, stack: Stack, url: str, on_mail: Callable[[Mail], None], undo: ExitStack) -> Inbox:
    inbox = Inbox(settings.data_dir / "inbox.jsonl")
    feeder = InboxFeeder(stack, inbox, on_mail)
    undo.callback(feeder.stop)
    feeder.start()
    site = Site(settings.site_port, url, inbox)
    site.start()
    undo.callback(site.stop)
    return inbox


def _addresses(settings: Settings, stack: Stack, url: str) -> LocalStack:
    site_url = f"http://{HOST}:{settings.site_port}"
    return LocalStack(
        api_url=url,
        site_url=f"{site_url}/",
        inbox_url=f"{site_url}/inbox",
        inbox_json_url=f"{site_url}/inbox.json",
        endpoint_url=stack.endpoint_url or "",
        region=REGION,
        stack_name=stack.name,
        table_name=stack.output("TableName"),
    )
