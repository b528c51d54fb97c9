"""Short-lived links to files in the private asset bucket."""

from typing import Any

from botocore.config import Config

from leadbell.forms.config import Asset


def signing_config() -> Config:
    """For the client that signs links: the bucket's own regional host, which newer buckets and regions insist on."""
    return Config(signature_version="s3v4", s3={"addressing_style": "virtual"})


def link_to(s3: Any, bucket: str, asset: Asset, seconds: int, method: str = "GET") -> str:
    """A presigned link that saves the file under its own name and stops working after `seconds`.

    Signing is arithmetic, no call: a link to a file that was never uploaded is made too, and answers 404. A link is
    good for the one method it was signed for, GET or HEAD.
    """
    params = {
        "Bucket": bucket,
        "Key": asset.key,
        "ResponseContentDisposition": f'attachment; filename="{asset.filename}"',
    }
    return str(s3.generate_presigned_url(f"{method.lower()}_object", Params=params, ExpiresIn=seconds))
