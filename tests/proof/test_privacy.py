"""A small part of `make proof ARGS=privacy`, and that it sees what it is there to see."""

import pytest

from cli import files
from cli.files import SentFiles
from leadbell.privacy import erasure
from tests.proof import privacy


def test_of_a_life_with_files_a_newsletter_and_a_submission_kept_aside_an_export_shows_every_word() -> None:
    assert privacy.exported() == (38, [])


def test_a_place_of_files_that_nobody_looks_at_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "files_of", lambda *_: [])
    _, missing = privacy.exported()
    assert len(missing) == 2


def test_no_word_of_who_is_erased_is_found_anywhere_whenever_that_is() -> None:
    hits, objections = privacy.search(step=17)
    assert hits.wrong == []
    assert (hits.known > 3, hits.gone_out > 0) == (True, True)
    assert (objections.scores, objections.alerts, objections.unheard, objections.heard_twice) == (0, 0, 0, 0)
    assert objections.requests >= 15


def test_a_file_that_is_left_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SentFiles, "delete", lambda *_: 0)
    hits = privacy.Hits()
    privacy.erased_at(120, hits)
    assert hits.hits == {"the bucket of files": 1}


def test_a_mail_to_them_that_the_receipt_does_not_tell_of_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "is_visitor_mail", lambda _: False)
    hits = privacy.Hits()
    privacy.erased_at(120, hits)
    assert any("a mail to them went out" in wrong for wrong in hits.wrong)
