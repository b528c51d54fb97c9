"""A model file and the forms that it names, checked together."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cli.publishing import read_text, refused
from leadbell.errors import InvalidModel
from leadbell.forms.config import ASSETS, FORMS, FormsConfig
from leadbell.qualify.stories import Difference, in_words, play
from leadbell.scoring.lookback import too_far_back
from leadbell.scoring.rules import Model, read_model
from leadbell.scoring.story_syntax import Story
from leadbell.suggestions import close_to


@dataclass(frozen=True, slots=True)
class Checked:
    """A model that can be read, what is wrong with it, and what could not be looked at without its forms."""

    model: Model
    problems: list[str]
    differences: list[Difference]
    stories: list[Story]
    unchecked: list[str]

    @property
    def wrong(self) -> list[str]:
        """Each thing for which the model cannot be published."""
        return [*self.problems, *map(in_words, self.differences)]

    @property
    def passed(self) -> list[Story]:
        """The stories that were run and go as expected."""
        failed = {each.story for each in self.differences}
        return [story for story in self.stories if story.story not in failed]


def read_with_forms(file: Path, config: FormsConfig | None) -> Checked:
    """The model of a file, with the forms and downloads that it may name; None: they are not known.

    Stories may also send the packaged forms. Raises CommandError for a file that cannot be read.
    """
    try:
        text = read_text(file)
        model = read_model(text, config.forms, config.downloads) if config else read_model(text, None)
    except InvalidModel as error:
        raise refused(file, "model", error) from error
    forms = {**FORMS, **(config.forms if config else {})}
    stories = [story for story in model.stories if story.forms <= forms.keys()]
    differences = play(stories, model.compiled(), forms)
    unchecked = [] if config else list(_unchecked(file, model))
    return Checked(model, too_far_back(model), differences, stories, unchecked)


def _unchecked(file: Path, model: Model) -> Iterator[str]:
    """What stays unknown without the forms file, and how to check it."""
    forms, downloads = model.named_forms() - FORMS.keys(), model.named_downloads() - ASSETS.keys()
    for kind, names, known in (("form", forms, FORMS), ("download", downloads, ASSETS)):
        for name in sorted(names):
            yield f'the {kind} "{name}" does not come with Leadbell, so it was not checked{close_to(name, known)}'
    for story in model.stories:
        if not story.forms <= FORMS.keys():
            yield f'story "{story.story}" was not run: it sends a form that does not come with Leadbell'
    if forms or downloads:
        yield f"check your forms with it: leadbell model check {file} --forms forms.yaml"
