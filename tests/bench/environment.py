"""The environment a function would have on AWS: that of the integration tests, with names that lead nowhere."""

from tests.integration.service import ENVIRONMENT as DEPLOYED

ENVIRONMENT = {
    **DEPLOYED,
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "eu-north-1",
    "AWS_LAMBDA_FUNCTION_NAME": "bench",
    "TABLE_NAME": "leads",
    "DEFAULT_COUNTRY": "",
    "DEFAULT_INBOX_TOPIC_ARN": "arn:aws:sns:eu-north-1:123456789012:bench",
    "RECEIPT_QUEUE_URL": "https://sqs.eu-north-1.amazonaws.com/123456789012/bench",
    "ASSET_BUCKET": "bench",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}
