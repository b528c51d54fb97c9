"""Which address a request came from, where a CDN or another proxy stands in front of the API.

API Gateway sees the proxy, so all its visitors would share one limit. A proxy that sends the stack's own secret is
believed about who its visitor is; from everybody else these headers are what the sender wrote into them.
"""

import hmac
from ipaddress import ip_address

from leadbell.web.request import Request

SECRET_HEADER = "x-leadbell-proxy"
# Set by CloudFront, with the visitor's port: 203.0.113.7:46532, 2001:db8::7:46532.
CLOUDFRONT_HEADER = "cloudfront-viewer-address"
FORWARDED_HEADER = "x-forwarded-for"


def viewer_of(request: Request, proxy_secret: str) -> str:
    """The visitor's address, or the sender's own where it does not know the secret or names no visitor."""
    sent = request.headers.get(SECRET_HEADER, "")
    if not proxy_secret or not hmac.compare_digest(sent.encode(), proxy_secret.encode()):
        return request.source_ip
    named = request.headers.get(CLOUDFRONT_HEADER, "").strip().rpartition(":")[0]
    return _address(named) or _forwarded(request) or request.source_ip


def _forwarded(request: Request) -> str:
    """The last address in X-Forwarded-For before the proxy's own, which API Gateway adds: the one it put there."""
    listed = [part.strip() for part in request.headers.get(FORWARDED_HEADER, "").split(",")]
    while listed and listed[-1] == request.source_ip:
        listed.pop()
    return _address(listed[-1]) if listed else ""


def _address(text: str) -> str:
    """The text if it is an IP address, without brackets; else nothing."""
    plain = text.strip("[]")
    try:
        ip_address(plain)
    except ValueError:
        return ""
    return plain
