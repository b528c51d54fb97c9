"""What a fact holds of a submission: what was read, as far as a rule looks into it, in an item of at most 4 KB.

Nothing is lost by it: every value stands as it was typed in the text beside the fact (`contacts.texts`).
"""

import json
from collections.abc import Mapping, Sequence

from leadbell.events import Value
from leadbell.profile import ATTRIBUTES, SOURCE_FIELDS
from leadbell.typed import Typed

# Of all fields of a fact; its keys, times and entries in indexes are the rest of 4 KB.
MAX_FACT_BYTES = 3400
# What files take of it at most: their names, and why others are not stored.
FILES_BYTES = 1200
MAX_READ = 256
MAX_MESSAGE_READ = 500
MAX_NAMES_BYTES = 300

_OWN = "x_"
# By these a person is found and reached: a part of one is none.
_WHOLE = frozenset({"email", "phone_e164"})
_MAY_BE_CUT = (ATTRIBUTES | {*SOURCE_FIELDS, "message"}) - _WHOLE


def fact_fields(fields: Mapping[str, Value], room: int = MAX_FACT_BYTES) -> dict[str, Value]:
    """The fields within `room`: the longest attributes are cut, and a form's own fields are kept while there is room.

    The words of the door, of consent and of files stay as they are. Doing it again changes nothing.
    """
    kept = {name: _read(name, value) for name, value in fields.items() if not name.startswith(_OWN)}
    most = MAX_MESSAGE_READ * 4
    while size_of(kept) > room and most:
        most //= 2
        kept = {name: _cut(value, most) if name in _MAY_BE_CUT else value for name, value in kept.items()}
    left = room - size_of(kept)
    for name, value in fields.items():
        if name.startswith(_OWN) and (size := size_of(own := {name: _read(name, value)})) <= left:
            kept |= own
            left -= size
    return kept


def with_names(fields: Mapping[str, Value], typed: Sequence[Typed]) -> dict[str, Value]:
    """The fields, and in what room they leave, how many were typed and the names and lengths of the first ones."""
    if not typed:
        return dict(fields)
    kept: dict[str, Value] = {**fields, "typed": len(typed)}
    room, names = min(MAX_NAMES_BYTES, MAX_FACT_BYTES - size_of(kept)), ""
    for count in range(1, len(typed) + 1):
        more = json.dumps([(each.name, len(each.value)) for each in typed[:count]], ensure_ascii=False)
        if len(more.encode()) > room:
            break
        names = more
    return {**kept, "typed_names": names} if names else kept


def size_of(fields: Mapping[str, Value]) -> int:
    """Bytes of the fields as DynamoDB counts them, or a few more."""
    return sum(len(name.encode()) + len(str(value).encode()) + 1 for name, value in fields.items())


def _read(name: str, value: Value) -> Value:
    """As much of a value as is ever read by a rule; ours are short already."""
    if not isinstance(value, str) or not (name in _MAY_BE_CUT or name.startswith(_OWN)):
        return value
    return value[: MAX_MESSAGE_READ if name == "message" else MAX_READ]


def _cut(value: Value, most: int) -> Value:
    return value.encode()[:most].decode(errors="ignore") if isinstance(value, str) else value
