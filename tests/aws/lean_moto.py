"""moto with less work for the same answers: without it, half of what the integration tests cost goes into three things.

For each step of a transaction moto copies the whole table, in case all has to be undone. It asks of every value of an
item under each of dozens of names. And it makes an RSA key for each subscription that a message goes to. Besides, it
tells `requests` all of AWS's addresses each time it is started, and nobody here speaks to AWS through that.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache, wraps
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from moto.core import models, responses, serialize
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.sns.models import Subscription

Transact = Callable[[DynamoDBBackend, list[dict[str, Any]]], None]
Serialize = Callable[..., None]


def lighten() -> None:
    """Once, before the first call: for all that this process does with moto."""
    _replace(DynamoDBBackend, "transact_write_items", _undoing_what_it_wrote)
    _replace(Table, "__deepcopy__", lambda _: lambda table, memo: table)  # the copy that is now of no use
    _replace(serialize.BaseJSONSerializer, "_serialize_type_structure", _writing_values_at_once)
    _replace(Subscription, "private_key", lambda _: lambda subscription: _key())
    _replace(responses, "method_names_from_class", cache)
    _replace(models, "RESPONSES_METHODS", lambda _: ())


def _replace(owner: Any, name: str, change: Callable[[Any], Any]) -> None:
    setattr(owner, name, change(getattr(owner, name, None)))


def _undoing_what_it_wrote(transact: Transact) -> Transact:
    """A transaction that is refused puts back the items that it names, and the stream."""

    @wraps(transact)
    def act(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        with _undone_on_error(self, transact_items):
            transact(self, transact_items)

    return act


@contextmanager
def _undone_on_error(backend: DynamoDBBackend, writes: list[dict[str, Any]]) -> Iterator[None]:
    touched = [_place(backend, body) for write in writes for body in write.values()]
    before = [(table, pk, sk, deepcopy(table.get_item(pk, sk))) for table, pk, sk in touched]
    noted = {table.name: (table, len(table.stream_shard.items)) for table, _, _ in touched if table.stream_shard}
    try:
        yield
    except Exception:
        for table, pk, sk, item in before:
            table.items[pk].pop(sk, None)
            if item is not None:
                table.items[pk][sk] = item
        for table, number in noted.values():
            del table.stream_shard.items[number:]
        raise


def _place(backend: DynamoDBBackend, body: dict[str, Any]) -> tuple[Any, DynamoType, DynamoType]:
    table, key = backend.get_table(body["TableName"]), body.get("Key", body.get("Item", {}))
    return table, DynamoType(key[table.hash_key_attr]), DynamoType(key[table.range_key_attr])


def _writing_values_at_once(serialize_structure: Serialize) -> Serialize:
    """An item's values are on the wire what they are in moto's answer, but for bytes."""

    @wraps(serialize_structure)
    def act(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue":
            serialized[key] = _written(value)
        else:
            serialize_structure(self, serialized, value, shape, key)

    return act


def _written(value: dict[str, Any]) -> dict[str, Any]:
    ((kind, inside),) = value.items()
    if kind == "B":
        inside = b64encode(inside).decode()
    elif kind == "L":
        inside = [_written(each) for each in inside]
    elif kind == "M":
        inside = {name: _written(each) for name, each in inside.items()}
    return {kind: inside}


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
