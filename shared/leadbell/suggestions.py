"""The word that an unknown word probably stands for, for the error that refuses it."""

from collections.abc import Iterable


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """`; did you mean "x"?` where one is close, else the list of valid words."""
    return close_to(word, known) or f"; use one of {', '.join(known)}"


def close_to(word: object, known: Iterable[str]) -> str:
    """`; did you mean "x"?` where one is close, else nothing."""
    from difflib import get_close_matches  # only a mistake pays for it

    close = get_close_matches(str(word), list(known), n=1)
    return f'; did you mean "{close[0]}"?' if close else ""
