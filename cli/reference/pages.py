"""Where the parts that are made from the code stand in the pages: between two comments that name them.

All else in a page is written by hand.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from cli.errors import CommandError
from cli.reference import command_line, events, file_keys, http, scoring_examples, stack_settings

FOLDER = "docs/reference"
BEGIN, END = "<!-- {} is made from the code: run make reference -->", "<!-- end of {} -->"

Part = Callable[[Path], str]

# By page, then by the name that its comments give; each is made from the checkout.
PARTS: Mapping[str, Mapping[str, Part]] = {
    "cli": {"stack-options": command_line.shared_options, "commands": command_line.commands},
    "settings": {"parameters": stack_settings.parameters, "variables": stack_settings.variables},
    "forms-file": file_keys.forms_keys(),
    "model-file": {
        **file_keys.model_keys(),
        "refused-conditions": scoring_examples.refused_conditions,
        "worked-fading": scoring_examples.fading,
    },
    "http-api": {
        "routes": http.routes,
        "sizes": http.sizes,
        "rates": http.rates,
        "repeats": http.repeats,
        "file-types": http.file_types,
    },
    "errors": {"command-line": command_line.errors},
    "events-and-fields": {
        "events": events.types,
        "attributes": events.attributes,
        "instructions": events.instructions,
        "consents": events.consents,
        "fields-in-conditions": events.in_conditions,
        "sources": events.sources,
    },
}


def write(checkout: Path) -> list[str]:
    """Writes what is made from the code into each page; gives the pages that changed."""
    changed = []
    for name in PARTS:
        path = checkout / FOLDER / f"{name}.md"
        before = path.read_text(encoding="utf-8")
        after = filled(before, name, checkout)
        if after != before:
            path.write_text(after, encoding="utf-8")
            changed.append(f"{FOLDER}/{name}.md")
    return changed


def filled(text: str, name: str, checkout: Path) -> str:
    """The page with its parts made anew; raises CommandError for a part without a place in the page."""
    for part, make in PARTS[name].items():
        begin, end = BEGIN.format(part), END.format(part)
        place = re.compile(f"^{re.escape(begin)}$.*?^{re.escape(end)}$", re.MULTILINE | re.DOTALL)
        if not place.search(text):
            raise CommandError(
                f"{FOLDER}/{name}.md has no place for {part}.", f"Put these two lines into it:\n{begin}\n{end}"
            )
        made = f"{begin}\n\n{make(checkout)}\n\n{end}"
        text = place.sub(lambda _, made=made: made, text)  # type: ignore[misc]
    return text
