"""docs/reference/settings.md and the template say the same."""

import re

from leadbell.forms.config import ASSETS, FORMS
from tests.unit.docs.pages import DOCS, rows, template

PAGE = DOCS / "reference/settings.md"


def test_the_settings_are_the_templates_parameters() -> None:
    parameters = template("Parameters")
    described = {name.strip("`"): default for name, _, default, *_ in rows(PAGE, "Parameter | What it does | Default")}
    assert set(described) == set(parameters)
    for name, default in described.items():
        value = str(parameters[name].get("Default", ""))
        assert default.startswith("empty" if value == "" else f"`{value}`"), name


def test_each_allowed_value_of_a_setting_is_named() -> None:
    parameters = template("Parameters")
    for name, _, _, allowed in rows(PAGE, "Parameter | What it does | Default"):
        parameter = parameters[name.strip("`")]
        ends = [parameter[key] for key in ("MinValue", "MaxValue") if key in parameter]
        values = parameter.get("AllowedValues") or ends
        assert all(re.search(rf"\b{value}\b", allowed.replace(",", "")) for value in values), name


def test_each_packaged_form_and_file_is_named_where_a_form_is_put_on_a_site() -> None:
    paths = " ".join(cells[0] for cells in rows(DOCS / "how-to/put-a-form-on-your-site.md", "Post to"))
    assert set(re.findall(r"`(/.*?)`", paths)) == {
        *(f"/forms/{form}" for form in FORMS),
        *(f"/downloads/{asset}" for asset in ASSETS),
        "/newsletter",
    }
