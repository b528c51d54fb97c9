"""Clients of AWS's services for the functions.

A botocore session makes them. `boto3` would make the same ones, and load what uploads files in parts first.

Nothing else that all functions share loads botocore's machinery, so that each `app.py` does it from here, a few imports
deep: at the end of a chain of fifteen its expressions took five times as long to compile, where Python gives back a
piece of its stack after each call and asks for it again for the next.
"""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import Session, get_session

# Botocore would build its user agent anew for each call, and check what `table.encode` has just built: together a fifth
# of the CPU of a call.
_LIGHT = {"user_agent": "leadbell", "parameter_validation": False}


def door_config() -> Config:
    """For a door: somebody is waiting, so give up within seconds and say 503."""
    return Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 3, "mode": "standard"}, **_LIGHT)


def stream_config() -> Config:
    """For a stream or the sweep: nobody is waiting, and what fails comes again."""
    return Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 4, "mode": "standard"}, **_LIGHT)


def make_client(service: str, config: Config) -> Any:
    """A client of `service`, for the region and with the credentials of the environment.

    One that tries each call once gets a new connection for each. Lambda drops idle connections while it freezes a
    function: https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html. A call on such a connection fails like
    one whose answer was lost, and a client that tries again has long sent it anew.
    """
    client = _session().create_client(service, config=config)
    if (config.retries or {}).get("total_max_attempts") == 1:
        client.meta.events.register("before-call", lambda **_: client.close())
    return client


@cache
def _session() -> Session:
    return get_session()
