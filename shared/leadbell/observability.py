"""Logs and metrics, for `app.py` alone. Both hold ids and outcomes, never what a person wrote or is called."""

from aws_lambda_powertools import Logger, Metrics

logger = Logger()
metrics = Metrics()
