"""The account: who is asking, the clock of this machine, and how much AWS lets it do at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from cli.doctor.check import Check, judged, passed
from cli.quota import ENOUGH_AT_ONCE, functions_at_once, raise_it, too_few
from cli.service import Service

# AWS refuses a signature that is five minutes off, and deadlines are shown by this clock.
SKEW = timedelta(seconds=60)


def credentials(service: Service) -> Iterator[Check]:
    """Who AWS takes us for, and whether this machine's clock agrees with AWS's."""
    answer = service.stack.client("sts").get_caller_identity()
    yield passed("credentials", f"{answer['Arn']} in {service.stack.session.region_name}")
    said = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    theirs = parsedate_to_datetime(said) if said else now()
    off = abs(now() - theirs)
    yield judged(
        "clock",
        off <= SKEW,
        f"{int(off.total_seconds())} s off AWS's",
        f"this machine's clock is {int(off.total_seconds())} s off AWS's",
        "timedatectl set-ntp true (Linux), or sudo sntp -sS time.apple.com (macOS)",
    )


def now() -> datetime:
    """The clock that is checked."""
    return datetime.now(UTC)


def concurrency(service: Service) -> Iterator[Check]:
    """How many functions may run at once."""
    at_once = functions_at_once(service.stack.client("lambda"))
    fix = raise_it(str(service.stack.session.region_name))
    yield judged("functions at once", at_once >= ENOUGH_AT_ONCE, f"{at_once:,}", too_few(at_once), fix)
