"""Starts the functions on the way from form to alert before the first visitor comes.

A first call takes seconds on a laptop, since all of them and the sweep start at once on its few cores.
"""

import contextlib
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from cli.stack import Stack

NO_RECORDS = b'{"Records": []}'


def warm_up(stack: Stack, api_url: str) -> None:
    """Read the thank-you page, and call each reader of the table's stream with nothing to read."""
    client = stack.client("lambda")
    mappings = client.list_event_source_mappings()["EventSourceMappings"]
    with ThreadPoolExecutor() as pool:
        pool.submit(_read, f"{api_url}/thanks")
        for mapping in mappings:
            pool.submit(_invoke, client, mapping["FunctionArn"])


def _read(url: str) -> None:
    # A page that fails will fail before the visitor's eyes too, with its reason in the emulator's log.
    with contextlib.suppress(urllib.error.URLError, TimeoutError):
        urllib.request.urlopen(url, timeout=30).close()


def _invoke(client: Any, function: str) -> None:
    client.invoke(FunctionName=function, Payload=NO_RECORDS)
