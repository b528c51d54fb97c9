"""Measurements, printed and never asserted: how long functions take to start, what a call costs, what a path writes."""
