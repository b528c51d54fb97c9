"""What only the edge may ask for: the time now, a new id, a new secret."""

import secrets
import uuid
from datetime import UTC, datetime


def now() -> datetime:
    """This moment in UTC, cut to milliseconds, which is what the table stores."""
    at = datetime.now(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def new_id() -> str:
    """A new random id, without dashes."""
    return uuid.uuid4().hex


def new_secret() -> bytes:
    """New random bytes that nobody can guess, 32 of them."""
    return secrets.token_bytes(32)
