"""Submissions written for this project by a generator: what people send, and what eight kinds of machines send.

Two halves, each with a seed and with sentences of its own: the rules were written with the first half at hand, and
what they are worth is what they do with the second.
"""
