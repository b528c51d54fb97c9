"""The live model and the earlier ones, in the table.

`publications` says how one is published. Every published model stays readable by its version: the model behind a
contact's standing is needed to find out that a new model alone changed it.
"""

import json
from datetime import datetime
from functools import cache

from leadbell.errors import InvalidModel, Unavailable
from leadbell.publications import Cached, Publication, Publications, active_key
from leadbell.scoring.compiled import Active, CompiledModel
from leadbell.scoring.compiling import compile_model, packaged_content, version_of
from leadbell.table import Table, moment

MODEL_NAME = "model"
ACTIVE = active_key(MODEL_NAME)


class Models(Publications):
    """The published models in the table."""

    def __init__(self, table: Table) -> None:
        super().__init__(table, MODEL_NAME)

    def active(self) -> Active:
        """The live model, read strongly; the packaged one until the first publication.

        Raises Unavailable where one is stored that this code cannot read: nobody is scored with another model in its
        stead, the work waits until that is mended.
        """
        item = self.in_force()
        if item is None:
            return Active(_packaged())
        try:
            return Active(compile_model(item["model"], item["version"]), moment(item["at"]), item["number"])
        except (KeyError, InvalidModel) as error:
            raise Unavailable(f"the published model cannot be read by this version ({type(error).__name__})") from error

    def by_version(self, version: str) -> CompiledModel | None:
        """A model that was live once; None where it is not kept, or too old for this code to read."""
        item = self.kept(version)
        if item is None:
            return _packaged() if version == _packaged().version else None
        try:
            return compile_model(item["model"], version)
        except (KeyError, InvalidModel):
            return None

    def at(self, time: datetime) -> Active:
        """The model that was live at a moment; before the first publication, the packaged one that it replaced.

        Raises Unavailable where that is not kept, or too old for this code to read.
        """
        entries = self.entries()
        done = [item for item in entries if moment(item["at"]) <= time]
        if done:
            version, since, number = done[-1]["version"], moment(done[-1]["at"]), done[-1]["number"]
        else:
            version, since, number = (entries or [{}])[0].get("before", _packaged().version), None, 0
        compiled = self.by_version(version)
        if compiled is None:
            raise Unavailable(f"the model of that day ({version}) is not stored, or too old to be read")
        return Active(compiled, since, number)

    def publish(self, model: CompiledModel, seen: int, by: str, at: datetime, text: str = "") -> Publication:
        """Makes the model live; raises Conflict where another was published after `seen`, the last number read.

        `text` is the file it was read from, kept for people to start from.
        """
        packaged = (_packaged().version, _packaged().content)
        return self.put_in_force((model.version, model.content, text), packaged, seen, by, at)


class CachedModels(Cached[Active]):
    """The same for a worker, which asks for each contact."""

    def __init__(self, table: Table) -> None:
        self._models = Models(table)
        self._earlier: dict[str, CompiledModel] = {}
        super().__init__(lambda _: self._models.active())

    def by_version(self, version: str) -> CompiledModel | None:
        """A model that was live once; what a version holds never changes."""
        if version not in self._earlier and (found := self._models.by_version(version)):
            self._earlier[version] = found
        return self._earlier.get(version)

    def forget(self) -> None:
        """Reads everything anew when asked next."""
        super().forget()
        self._earlier.clear()


@cache
def _packaged() -> CompiledModel:
    content = packaged_content()
    return compile_model(content, version_of(json.loads(content)))
