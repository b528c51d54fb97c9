"""How many functions an account may run at once. It loads nothing, since `make deploy` asks too.

A new account has 10 of them: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html. Over that,
API Gateway answers a visitor itself, with bare JSON, and what was typed is lost.
"""

from typing import Any

# Eight functions, and one more for each visitor at the same moment.
ENOUGH_AT_ONCE = 100
_ASKED_FOR = 1000


def functions_at_once(lambda_client: Any) -> int:
    """The limit of the account in this region, without what other functions have reserved for themselves."""
    return int(lambda_client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"])


def too_few(at_once: int) -> str:
    """What a limit that is too low means."""
    return f"this account runs {at_once} functions at once; visitors beyond that get an error and lose what they typed"


def raise_it(region: str) -> str:
    """The command that asks AWS for more."""
    return (
        "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 "
        f"--desired-value {_ASKED_FOR} --region {region}"
    )
