"""What a fact holds of a submission: what rules read, within its bytes, whatever was typed."""

import json

from hypothesis import given
from hypothesis import strategies as st

from leadbell.capture.fact_fields import MAX_FACT_BYTES, fact_fields, size_of, with_names
from leadbell.events import Value
from leadbell.profile import ATTRIBUTES
from leadbell.typed import Typed

ANNA = "anna@acme.example"
text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=3000)
names = st.sampled_from(sorted(ATTRIBUTES - {"email", "phone_e164"})) | st.just("message") | text.map("x_{}".format)


def test_a_rule_finds_as_much_of_a_value_as_it_reads() -> None:
    kept = fact_fields({"email": ANNA, "message": "m" * 9000, "company": "c" * 9000, "x_q": "q" * 9000})
    assert {name: len(str(value)) for name, value in kept.items()} == {
        "email": len(ANNA),
        "message": 500,
        "company": 256,
        "x_q": 256,
    }


def test_the_words_of_the_door_and_of_consent_are_never_cut() -> None:
    words: dict[str, Value] = {"email": ANNA, "form": "demo", "consent_newsletter_text": "w" * 1000, "files": 2}
    assert fact_fields({**words, "message": "\u6f22" * 3000}) == {**words, "message": "\u6f22" * 500}


def test_own_fields_are_kept_in_the_form_s_order_while_there_is_room() -> None:
    kept = fact_fields({"email": ANNA, **{f"x_q{number}": "x" * 256 for number in range(40)}, "x_last": "y"})
    assert list(kept)[:4] == ["email", "x_q0", "x_q1", "x_q2"]
    assert "x_q39" not in kept
    assert kept["x_last"] == "y"


@given(st.dictionaries(names, text, max_size=40))
def test_whatever_is_read_fits_and_is_kept_the_same_the_second_time(read: dict[str, str]) -> None:
    fields: dict[str, Value] = {"email": ANNA, "form": "demo", **read}
    kept = fact_fields(fields)
    typed = [Typed(name, value) for name, value in read.items()]
    assert size_of(with_names(kept, typed)) <= MAX_FACT_BYTES
    assert fact_fields(kept) == kept
    assert (kept["email"], kept["form"]) == (ANNA, "demo")


def test_names_and_lengths_of_what_was_typed_are_told_while_there_is_room() -> None:
    told = with_names(
        {"email": ANNA}, [Typed("Din e-post", ANNA, "email"), Typed("Fr\u00e5ga", "Hej" * 1000, "message")]
    )
    assert told["typed"] == 2
    assert json.loads(str(told["typed_names"])) == [["Din e-post", 17], ["Fr\u00e5ga", 3000]]
    many = with_names({}, [Typed(f"field {number}", "x") for number in range(150)])
    assert many["typed"] == 150
    assert 5 < len(json.loads(str(many["typed_names"]))) < 150
    assert with_names({"email": ANNA}, []) == {"email": ANNA}
    assert "typed_names" not in with_names({}, [Typed("n" * 400, "x")])
