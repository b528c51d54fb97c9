"""Mails between decision and delivery, to sales by SNS and to visitors by SES; signed links; suppression.

Imports the top of the package alone, so that sending mails does not load scoring.
"""
