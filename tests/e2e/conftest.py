"""The whole service, deployed into an emulator of its own, once for all end-to-end tests."""

import json
import os
import shutil
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from cli.local.ports import free_port
from cli.local.running import Running, Settings, local_stack

Mails = list[dict[str, str]]

FLAGS = (
    "--headless",
    "--no-sandbox",  # in a container it has no rights to make one
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,1600",
)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        problem = "needs Chromium and its driver: apt-get install chromium chromium-driver"
        if os.environ.get("CI"):
            pytest.fail(problem)
        pytest.skip(problem)
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'browser'}"):
        options.add_argument(flag)
    browser = webdriver.Chrome(options, Service(driver))
    yield browser
    browser.quit()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Each function held to its own role's policy; own data folder and ports, so `make run` may go on beside."""
    settings = Settings(tmp_path_factory.mktemp("leadbell"), free_port(), free_port())
    with local_stack(settings) as running:
        yield running


@pytest.fixture
def mails_about(running: Running) -> Callable[..., Mails]:
    """`mails_about(address, 1)`: the mails to sales that name the address, once there are so many; at once if they are.

    A test uses an address of its own, for all tests share one inbox. To see that no mail comes, wait for one that must.
    """

    def find(address: str, count: int, within_seconds: float = 10) -> Mails:
        deadline = time.monotonic() + within_seconds
        while True:
            found = [mail for mail in _inbox(running) if address in mail["body"]]
            if len(found) >= count or time.monotonic() > deadline:
                return found
            time.sleep(0.1)

    return find


def _inbox(running: Running) -> Any:
    with urllib.request.urlopen(running.addresses.inbox_json_url, timeout=5) as answer:
        return json.load(answer)
