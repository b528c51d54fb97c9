"""Short-lived links to files in the private asset bucket."""

from typing import Any

from leadbell.forms import Asset


def link_to(s3: Any, bucket: str, asset: Asset, seconds: int) -> str:
    """A presigned link that saves the file under its own name and stops working after `seconds`.

    Signing is arithmetic, no call: a link to a file that was never uploaded is made too, and answers 404.
    """
    params = {
        "Bucket": bucket,
        "Key": asset.key,
        "ResponseContentDisposition": f'attachment; filename="{asset.filename}"',
    }
    return str(s3.generate_presigned_url("get_object", Params=params, ExpiresIn=seconds))
