"""Countries by the names that people write, to ISO 3166-1 alpha-2 codes."""

from collections.abc import Mapping

# What pycountry's exact look-up of English names and codes does not know: short names, and names in the languages
# whose field names we read.
_ALSO: Mapping[str, str] = {
    "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "great britain": "GB", "northern ireland": "GB",
    "usa": "US", "u.s.": "US", "u.s.a.": "US", "america": "US", "holland": "NL", "the netherlands": "NL",
    "nederland": "NL", "niederlande": "NL", "sverige": "SE", "schweden": "SE", "norge": "NO", "norwegen": "NO",
    "danmark": "DK", "dänemark": "DK", "suomi": "FI", "finnland": "FI", "ísland": "IS", "deutschland": "DE",
    "tyskland": "DE", "österreich": "AT", "schweiz": "CH", "suisse": "CH", "svizzera": "CH", "belgië": "BE",
    "belgique": "BE", "polska": "PL", "polen": "PL", "españa": "ES", "italia": "IT", "russia": "RU",
    "south korea": "KR", "turkey": "TR", "czech republic": "CZ", "vietnam": "VN", "taiwan": "TW",
}  # fmt: skip


def country_code(text: str) -> str:
    """The code of a country given by code or by name; empty where it is neither."""
    wanted = text.strip()[:60]
    if not wanted:
        return ""
    if wanted.lower() in _ALSO:
        return _ALSO[wanted.lower()]
    import pycountry  # reads its list from disk; only submissions that name a country pay for it

    try:
        found = pycountry.countries.lookup(wanted)
    except LookupError:
        return ""
    return str(found.alpha_2)


def looks_like_a_code(text: str) -> bool:
    """Whether it has a code's form and is none of the popular codes that no country has, such as UK; reads no list."""
    return len(text) == 2 and text.isalpha() and text.lower() not in _ALSO
