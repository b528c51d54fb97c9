"""docs/how-to/add-a-persona.md: the persona that its ten answers make can be published as it stands."""

import re

from leadbell.qualify.stories import play
from leadbell.scoring.rules import packaged_model, read_model
from tests.unit.docs.pages import DOCS, blocks, rows

PAGE = DOCS / "how-to/add-a-persona.md"

PARTS = {"\ninterest:\n": "before", "\nvetoes:\n": "after", "\nstories:\n": "after"}


def completed() -> str:
    """The packaged model with the page's persona, veto and stories where the page says that they go."""
    model = packaged_model()
    for (key, side), block in zip(PARTS.items(), blocks(PAGE, "yaml"), strict=True):
        assert model.count(key) == 1
        model = model.replace(key, f"\n{block}{key}" if side == "before" else f"{key}{block}\n")
    return model


def test_the_persona_of_the_page_fits_into_the_packaged_model_and_breaks_no_story() -> None:
    model, packaged = (read_model(text, None) for text in (completed(), packaged_model()))
    assert [persona.id for persona in model.personas] == ["operations", "it"]
    assert len(model.stories) == len(packaged.stories) + 2
    assert play(model.stories, model.compiled()) == []


def test_there_are_ten_questions_and_each_key_named_is_one_of_the_example() -> None:
    asked = list(rows(PAGE, "| Question"))
    assert [cells[0] for cells in asked] == [str(number) for number in range(1, 11)]
    example = " ".join(blocks(PAGE, "yaml")) + "personas: vetoes: stories: rules:"
    for _, question, keys in asked:
        assert question.endswith("?")
        for name in re.findall(r"\w+(?=: )|(?<=`)\w+(?=`)", keys):
            assert f"{name}:" in example or name == "not", name
