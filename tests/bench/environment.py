"""The environment a function would have on AWS, with names that lead nowhere."""

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "eu-north-1",
    "AWS_LAMBDA_FUNCTION_NAME": "bench",
    "TABLE_NAME": "leads",
    "CONTACT_SALT": "a salt for benchmarks",
    "SITE_ORIGINS": "",
    "DEFAULT_COUNTRY": "",
    "COMPANY_NAME": "",
    "PUBLIC_URL": "https://api.example.com",
    "DEFAULT_INBOX_TOPIC_ARN": "arn:aws:sns:eu-north-1:123456789012:bench",
    "RECEIPT_QUEUE_URL": "https://sqs.eu-north-1.amazonaws.com/123456789012/bench",
    "ASSET_BUCKET": "bench",
    "ATTACHMENT_BUCKET": "bench-attachments",
    "LINK_SECONDS": "900",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "Leadbell",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}
