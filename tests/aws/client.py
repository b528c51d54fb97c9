"""What the stand-ins share: the checks boto3 makes before it sends anything, and what may become of a call."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from botocore.exceptions import ParamValidationError
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.validate import ParamValidator

from tests.aws.chance import Choices, Clock
from tests.aws.fates import LATE, Fate, error_of

Answer = dict[str, Any]


@cache
def operation_model(service: str, name: str) -> OperationModel:
    return _service(service).operation_model(name)


@cache
def _service(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


class Client:
    """A boto3 client's outside. `fates` says, by operation, what may become of a call; without an entry it is fine."""

    service: str

    def __init__(self, clock: Clock, choices: Choices) -> None:
        self.clock, self.choices = clock, choices
        self.fates: dict[str, Sequence[Fate]] = {}
        self.asked: Counter[str] = Counter()

    def call(self, operation: str, params: Mapping[str, Any], act: Callable[..., Answer]) -> Answer:
        """Checks the parameters as boto3 does, then acts or fails as the fate has it."""
        self.asked[operation] += 1
        report = ParamValidator().validate(dict(params), operation_model(self.service, operation).input_shape)
        if report.has_errors():
            raise ParamValidationError(report=report.generate_report())
        fates = self.fates.get(operation, (Fate.FINE,))
        fate = fates[self.choices.choose(len(fates))]
        if fate is Fate.FINE:
            return act(**params)
        if fate in LATE:
            act(**params)
        raise error_of(fate, self.service, operation)

    def get_paginator(self, method: str) -> "Paginator":
        return Paginator(getattr(self, method))


class Paginator:
    def __init__(self, method: Callable[..., Answer]) -> None:
        self._method = method

    def paginate(self, **params: Any) -> Iterator[Answer]:
        token: dict[str, str] = {}
        while True:
            page = self._method(**params, **token)
            yield page
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}
