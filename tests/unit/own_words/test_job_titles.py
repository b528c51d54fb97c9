"""Whether a title is read as a sales team would read it, and whether it is a title at all."""

import pytest

from leadbell.own_words.job_titles import is_job


@pytest.mark.parametrize("title", ["Wedding in June", "Ms", "Dr", "XL", "How does it work", "Need a designer", "", "?"])
def test_what_a_message_is_about_is_no_job(title: str) -> None:
    assert not is_job(title)


@pytest.mark.parametrize("title", ["VP Operations", "Geschäftsführer*in", "inköpschef", "Purchasing", "Studentin"])
def test_a_job_is_one_in_any_of_our_languages(title: str) -> None:
    assert is_job(title)
