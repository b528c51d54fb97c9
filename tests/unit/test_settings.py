"""Template and settings agree: names, patterns, bounds and defaults, and who gets which variable."""

import importlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from leadbell.settings import Environment, Variable
from tests.integration.sam_template import functions, template, variables_of
from tests.unit.parameters import parameters, variables

ROOT = Path(__file__).parents[2]
SET = {parameter.variable: parameter for parameter in parameters().values() if parameter.variable}

# Read by Powertools, and not by settings.
POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}


def settings_of(folder: str) -> type[Environment]:
    """The class that a function's app.py reads."""
    source = (ROOT / "functions" / folder / "app.py").read_text(encoding="utf-8")
    (name,) = re.findall(r"^settings = (\w+)\.from_env\(\)$", source, re.MULTILINE)
    found: type[Environment] = getattr(importlib.import_module("leadbell.settings"), name)
    return found


def read_by(folder: str) -> Mapping[str, Variable[Any]]:
    return {variable.name: variable for _, variable in settings_of(folder).variables()}


READ = {name: variable for folder in functions() for name, variable in read_by(folder).items()}


@pytest.mark.parametrize("folder", functions())
def test_a_function_gets_what_it_reads_and_its_own_block_nothing_more(folder: str) -> None:
    read = read_by(folder).keys()
    assert read <= variables_of(folder)
    assert variables(functions()[folder]).keys() - POWERTOOLS <= read
    assert variables(functions()[folder])["POWERTOOLS_SERVICE_NAME"] == folder


def test_what_every_function_gets_is_read_by_some() -> None:
    assert variables("").keys() - POWERTOOLS <= READ.keys()


def test_a_secret_goes_only_to_who_reads_it() -> None:
    secrets = {parameter.variable for parameter in parameters().values() if parameter.is_secret}
    assert secrets == {"PROXY_SECRET", "TURNSTILE_SECRET"}
    for folder in functions():
        assert variables_of(folder) & secrets == read_by(folder).keys() & secrets, folder


@pytest.mark.parametrize("name", SET)
def test_a_parameter_and_its_variable_allow_the_same(name: str) -> None:
    parameter, variable = SET[name], READ[name]
    if parameter.kind == "Number":
        assert (parameter.least, parameter.most) == (variable.least, variable.most)
    else:
        assert parameter.pattern == ("|" if parameter.stands_in else "") + variable.pattern


@pytest.mark.parametrize("name", SET)
def test_a_default_is_a_value_that_the_function_takes(name: str) -> None:
    parameter = SET[name]
    assert re.fullmatch(parameter.pattern, parameter.default)
    if not parameter.stands_in:
        READ[name].read(parameter.default)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AlertEmail", "two@example.com, three@example.com"),
        ("SenderEmail", "Sales <sales@example.com>"),
        ("DefaultCountry", "se"),
        ("TurnstileUrl", "challenges.cloudflare.com"),
        ("PublicUrl", "https://leads.example.com/"),
    ],
)
def test_a_deployment_with_a_value_that_no_function_takes_is_refused(name: str, value: str) -> None:
    parameter = parameters()[name]
    assert not re.fullmatch(parameter.pattern, value)
    if parameter.variable:
        with pytest.raises(ValueError, match="does not match"):
            READ[parameter.variable].read(value)


def test_each_parameter_is_described_and_shown_in_one_group() -> None:
    assert all(parameter.description.endswith(".") for parameter in parameters().values())
    groups = template()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    shown = [name for group in groups for name in group["Parameters"]]
    assert sorted(shown) == sorted(parameters())


def test_an_empty_default_says_what_then_happens() -> None:
    for parameter in parameters().values():
        if not parameter.default and re.fullmatch(r"\|.*", parameter.pattern):
            assert "Empty - " in parameter.description, parameter.name
