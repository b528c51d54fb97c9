"""What `make deploy` checks before it hands over to SAM: `python -m cli.deploying`, in SAM's environment.

SAM repeats its whole command line when it cannot read a parameter, secrets included. So parameters are read here first,
and no message of this module repeats a value.
"""

import os
import re
import shlex
import sys
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from cli.quota import ENOUGH_AT_ONCE, functions_at_once, raise_it, too_few

TEMPLATE = Path(__file__).parents[1] / "template.yaml"


def main() -> int:
    """0 where SAM may start; else 1, after the problem and its fix."""
    session = boto3.Session()
    if not (session.get_credentials() and session.region_name):
        return _refuse(
            "No AWS credentials or no region found.",
            "aws configure (or aws sso login), or set AWS_PROFILE and AWS_REGION.",
        )
    if problem := wrong_parameters(os.environ.get("PARAMETERS", ""), known_parameters(TEMPLATE.read_text("utf-8"))):
        return _refuse(problem, """make deploy PARAMETERS='DefaultCountry=SE CompanyName="Example Ltd"'""")
    _look_at_the_quota(session)
    return 0


def known_parameters(template: str) -> frozenset[str]:
    """The names of the template's parameters: the keys that stand two spaces in below `Parameters`."""
    block = re.search(r"^Parameters:\n(.*?)^\S", template, re.MULTILINE | re.DOTALL)
    return frozenset(re.findall(r"^  (\w+):", block[1], re.MULTILINE)) if block else frozenset()


def wrong_parameters(text: str, known: frozenset[str]) -> str:
    """What is wrong with PARAMETERS, without any value of it; empty where SAM can read it."""
    try:
        words = shlex.split(text)
    except ValueError:
        return "PARAMETERS has a quotation mark without its second one."
    for at, word in enumerate(words, start=1):
        name, equals, _ = word.partition("=")
        if not equals or not re.fullmatch(r"\w+", name):
            return f"Word {at} of PARAMETERS is not NAME=VALUE. A value with spaces needs double quotation marks."
        if name not in known:
            return f"There is no parameter {name}. docs/reference/settings.md lists them all."
    return ""


def _look_at_the_quota(session: boto3.Session) -> None:
    """A warning, and no more: the deployment itself needs none of it."""
    try:
        at_once = functions_at_once(session.client("lambda"))
    except (BotoCoreError, ClientError):
        return
    if at_once < ENOUGH_AT_ONCE:
        print(f"Warning: {too_few(at_once)}.\nFix:     {raise_it(session.region_name)}", file=sys.stderr)


def _refuse(problem: str, fix: str) -> int:
    print(f"Error: {problem}\nFix:   {fix}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
