"""Short-lived links to files in the private asset bucket."""

from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from leadbell.errors import FileMissing
from leadbell.forms.config import Asset


def signing_config() -> Config:
    """For the client that signs links: the bucket's own regional host, which newer buckets and regions insist on.

    Somebody waits while it looks for the file: it looks once.
    """
    tries = {"total_max_attempts": 1, "mode": "standard"}
    style = {"addressing_style": "virtual"}
    return Config(connect_timeout=1, read_timeout=2, retries=tries, signature_version="s3v4", s3=style)


def link_to(s3: Any, bucket: str, asset: Asset, seconds: int, method: str = "GET") -> str:
    """A presigned link that saves the file under its own name and stops working after `seconds`.

    Raises FileMissing where the bucket says that there is no such file; a bucket that does not answer keeps nobody from
    the link. A link is good for the one method it was signed for, GET or HEAD.
    """
    if _is_missing(s3, bucket, asset.key):
        raise FileMissing(asset.id)
    params = {
        "Bucket": bucket,
        "Key": asset.key,
        "ResponseContentDisposition": f'attachment; filename="{asset.filename}"',
    }
    return str(s3.generate_presigned_url(f"{method.lower()}_object", Params=params, ExpiresIn=seconds))


def _is_missing(s3: Any, bucket: str, key: str) -> bool:
    """Else a visitor would end at an error of S3's, in XML."""
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        return str(error.response["Error"]["Code"]) in ("404", "NoSuchKey", "NotFound")
    except BotoCoreError:
        return False
    return False
