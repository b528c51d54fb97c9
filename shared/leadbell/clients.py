"""Clients of AWS's services for the functions.

A botocore session makes them. `boto3` would make the same ones, and load what uploads files in parts first.
"""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import Session, get_session


def make_client(service: str, config: Config) -> Any:
    """A client of `service`, for the region and with the credentials of the environment."""
    return _session().create_client(service, config=config)


@cache
def _session() -> Session:
    return get_session()
