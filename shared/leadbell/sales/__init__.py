"""Reps, routing, colleagues, who is perhaps the same person; the text of mails to sales; outcomes recorded for sales;
stages set by hand.

Imports the top of the package, `scoring`, `lifecycle`, `contacts`, `outbox` and `capture`.
"""
