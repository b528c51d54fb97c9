"""The errors of AWS and of the way to it, each with the command or the option that mends it."""

from collections.abc import Mapping

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigParseError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from cli.errors import CommandError

AGAIN = "Wait a minute, then run the same command again."
SIGN_IN = "Sign in with `aws sso login` or `aws configure`, or name another profile with --profile NAME."
ALLOWED = "Use credentials that allow this call, with --profile NAME. `aws sts get-caller-identity` shows those in use."
DEPLOY = "Deploy this version to the stack: make deploy STACK=NAME."
WHICH_STACK = "Check --stack-name, --region and --profile, then run the same command again."

# How AWS's error codes begin, and what helps; the first one that fits.
FIXES: Mapping[str, str] = {
    "AccessDenied": ALLOWED,
    "AuthorizationError": ALLOWED,
    "UnauthorizedOperation": ALLOWED,
    "ExpiredToken": SIGN_IN,
    "RequestExpired": SIGN_IN,
    "InvalidClientTokenId": SIGN_IN,
    "UnrecognizedClient": SIGN_IN,
    "SignatureDoesNotMatch": SIGN_IN,
    "InvalidAccessKeyId": SIGN_IN,
    "AuthFailure": SIGN_IN,
    "Throttling": AGAIN,
    "TooManyRequests": AGAIN,
    "ProvisionedThroughputExceeded": AGAIN,
    "RequestLimitExceeded": AGAIN,
    "SlowDown": AGAIN,
    "ServiceUnavailable": AGAIN,
    "InternalServerError": AGAIN,
    "InternalFailure": AGAIN,
    "InternalError": AGAIN,
    "ValidationError": DEPLOY,
    "ResourceNotFound": DEPLOY,
    "NoSuchBucket": DEPLOY,
    "NotFound": DEPLOY,
}


def translated(error: BotoCoreError | ClientError) -> CommandError:
    """What AWS refused, or what keeps us from asking it, in a sentence with its fix."""
    match error:
        case ClientError():
            return _refused(error)
        case NoCredentialsError() | PartialCredentialsError() | CredentialRetrievalError():
            return CommandError("No usable AWS credentials were found.", SIGN_IN)
        case SSOError() | TokenRetrievalError():
            return CommandError("The sign-in to AWS has expired.", SIGN_IN)
        case NoRegionError():
            return CommandError("No AWS region is set.", "Add --region, for example --region eu-north-1.")
        case ProfileNotFound() | ConfigParseError():
            fix = "Use a profile that `aws configure list-profiles` shows, or correct the file ~/.aws/config."
            return CommandError(f"{error}.", fix)
        case HTTPClientError():
            return _not_reached(error)
    return CommandError(f"{error}", WHICH_STACK)


def _refused(error: ClientError) -> CommandError:
    code, message = (error.response["Error"].get(name, "") for name in ("Code", "Message"))
    fix = next((fix for start, fix in FIXES.items() if code.startswith(start)), WHICH_STACK)
    return CommandError(f"AWS refused {error.operation_name} ({code}): {message or 'no reason given'}", fix)


def _not_reached(error: HTTPClientError) -> CommandError:
    """A local stack that was killed leaves its address behind; nothing else of ours is on this machine."""
    is_local = "127.0.0.1" in f"{error}"
    fix = (
        "Start the local stack again: make run." if is_local else f"Check the network connection and --region. {AGAIN}"
    )
    return CommandError(f"{error}", fix)
