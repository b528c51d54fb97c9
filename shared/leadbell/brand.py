"""Whose website it is: what pages and mails to visitors show of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Brand:
    """A company's name, its website, its logo and its privacy policy; each empty where its owner did not set it."""

    name: str = ""
    site: str = ""
    logo: str = ""
    privacy: str = ""


NO_BRAND = Brand()
