"""Lets the emulated SES send mails to visitors."""

import json

from botocore.exceptions import ClientError

from cli.stack import Stack

POLICY = "emulated-ses"
SENDERS = ("NotifyFunction", "SweepFunction")


def let_mails_out(stack: Stack, sender: str) -> None:
    """Verify the sender, if there is one, and let the functions that mail visitors do so; safe to repeat.

    On AWS its owner opens a link, and SendEmail is granted for the account's identities and this sender; the emulator
    asks for a grant on all resources.
    """
    if not sender:
        return
    try:
        stack.client("sesv2").create_email_identity(EmailIdentity=sender)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AlreadyExistsException":
            raise
    statement = {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    for name in SENDERS:
        function = stack.client("lambda").get_function_configuration(FunctionName=stack.resource(name))
        role = function["Role"].rpartition("/")[2]
        stack.client("iam").put_role_policy(RoleName=role, PolicyName=POLICY, PolicyDocument=policy)
