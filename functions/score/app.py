"""Derives each contact of the table's stream again and writes the decision that follows.

A contact that cannot be derived is parked and counts as done. If the table does not answer, the batch reports its
lowest unfinished record, and AWS delivers again from there.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from leadbell.clients import make_client, stream_config
from leadbell.clock import new_secret, now
from leadbell.contacts.parking import Parking
from leadbell.contacts.store import Contacts
from leadbell.observability import log
from leadbell.qualify.batches import refresh_all, rung_by
from leadbell.qualify.refresh import Refresher
from leadbell.sales.reps import Reps
from leadbell.scoring.published import CachedModels
from leadbell.secret import keyring
from leadbell.settings import ScoreSettings
from leadbell.table import Table

settings = ScoreSettings.from_env()
table = Table(make_client("dynamodb", stream_config()), settings.table_name)
keys = keyring(table, new_secret)
refresher = Refresher(Contacts(table), Reps(table), CachedModels(table), keys, settings.public_url)
parking = Parking(table)


@log.one_line
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The function's entry."""
    outcome = refresh_all(refresher, parking, rung_by(event["Records"]), now())
    note = log.warning if outcome.parked or outcome.failures else log.note
    note(done=outcome.done, parked=outcome.parked, left=len(outcome.failures))
    return {"batchItemFailures": [{"itemIdentifier": number} for number in outcome.failures[:1]]}
