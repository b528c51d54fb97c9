"""What is stored: the table as the template wants it, the buckets, the published files."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from cli.doctor.check import Check, judged, only_on_aws, passed
from cli.service import Service

INDEXES = ("by_stage", "due", "lists")
BUCKETS = ("AssetBucket", "AttachmentBucket", "FailureBucket")
_BLOCKED = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def table(service: Service) -> Iterator[Check]:
    """Whether the table and its indexes can be used, and its stream is the one that score reads."""
    name = service.stack.output("TableName")
    found = service.stack.client("dynamodb").describe_table(TableName=name)["Table"]
    wait = f"aws dynamodb wait table-exists --table-name {name}"
    yield judged("table", found["TableStatus"] == "ACTIVE", name, f"{name} is {found['TableStatus']}", wait)
    yield _indexes(service, found)
    stream = found.get("StreamSpecification", {})
    view = stream.get("StreamViewType", "off") if stream.get("StreamEnabled") else "off"
    keys_only = "StreamEnabled=true,StreamViewType=KEYS_ONLY"
    fix = f"aws dynamodb update-table --table-name {name} --stream-specification {keys_only}"
    yield judged("stream", view == "KEYS_ONLY", view, f"it is {view}, and has to be KEYS_ONLY", fix)
    if service.stack.is_local:
        yield only_on_aws("deletion protection")
        return
    protect = f"aws dynamodb update-table --table-name {name} --deletion-protection-enabled"
    is_safe = bool(found.get("DeletionProtectionEnabled"))
    yield judged("deletion protection", is_safe, "on", "off: one wrong command deletes all contacts", protect)


def _indexes(service: Service, found: Mapping[str, Any]) -> Check:
    states = {each["IndexName"]: each.get("IndexStatus", "ACTIVE") for each in found.get("GlobalSecondaryIndexes", ())}
    wrong = [f"{name} is {states.get(name, 'missing')}" for name in INDEXES if states.get(name) != "ACTIVE"]
    fix = f"Wait until AWS has built it, or deploy again: {service.stack.deploy}"
    return judged("indexes", not wrong, ", ".join(states), ", ".join(wrong), fix)


def safety(service: Service) -> Iterator[Check]:
    """Whether items are deleted when their time is over, and any second of the last weeks can be restored."""
    if service.stack.is_local:
        yield from map(only_on_aws, ("expiry", "backups"))
        return
    name, client = service.stack.output("TableName"), service.stack.client("dynamodb")
    ttl = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"]
    fix = (
        f"aws dynamodb update-time-to-live --table-name {name} "
        "--time-to-live-specification Enabled=true,AttributeName=expires_at"
    )
    yield judged("expiry", ttl in ("ENABLED", "ENABLING"), ttl, f"{ttl}: nothing is ever deleted by its age", fix)
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    pitr = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    fix = (
        f"aws dynamodb update-continuous-backups --table-name {name} "
        "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true"
    )
    yield judged(
        "backups", pitr == "ENABLED", "any second of the last 35 days", f"point-in-time recovery is {pitr}", fix
    )


def buckets(service: Service) -> Iterator[Check]:
    """Whether no bucket can be read by the public."""
    s3 = service.stack.client("s3")
    for output in BUCKETS:
        bucket = service.stack.output(output)
        config = ",".join(f"{key}=true" for key in _BLOCKED)
        fix = f"aws s3api put-public-access-block --bucket {bucket} --public-access-block-configuration {config}"
        wrong = f"public access to {bucket} is not blocked"
        yield judged(_title(output), _is_private(s3, bucket), f"{bucket} is private", wrong, fix)


def _is_private(s3: Any, bucket: str) -> bool:
    try:
        block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchPublicAccessBlockConfiguration":
            raise
        return False
    return all(block.get(key) for key in _BLOCKED)


def _title(output: str) -> str:
    return f"{output.removesuffix('Bucket').lower()} bucket"


def failures(service: Service) -> Iterator[Check]:
    """Whether score and notify gave up on records."""
    bucket = service.stack.output("FailureBucket")
    count = service.stack.client("s3").list_objects_v2(Bucket=bucket, Prefix="aws/lambda/").get("KeyCount", 0)
    fix = f"leadbell redrive{service.stack.option}"
    yield judged("failed records", count == 0, "none", f"{count:,} batches wait to be reprocessed", fix)


def published(service: Service) -> Iterator[Check]:
    """Whether this version reads the live model and forms; raises CommandError where it cannot."""
    yield passed("model", service.active.compiled.version[:12] or "packaged")
    yield passed("forms", ", ".join(service.active_forms.forms))
