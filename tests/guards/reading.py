"""What a form's fields are read as: nothing by the last word of a name, nothing that it cannot be."""

from tests.guards.edits import instead_of, without
from tests.guards.guard import UNIT, Guard, Law, guard

_TESTS = f"{UNIT}capture/test_names_of_fields.py::"

READING: tuple[Guard, ...] = (
    guard(
        "the last word of a name never decides",
        Law.WORDS,
        "leadbell.field_names:_is_around",
        instead_of("piece.isdigit() or piece in _BEFORE or (is_nested and piece in _BEFORE_A_BRACKET)", "True"),
        f"{_TESTS}test_a_name_is_never_understood_by_its_last_word",
    ),
    guard(
        "a value that says nothing is no attribute",
        Law.WORDS,
        "leadbell.capture.field_values:can_be",
        without("if is_nothing(value, attribute): return False"),
        f"{_TESTS}test_a_value_that_cannot_be_what_the_name_says_is_kept_and_is_no_attribute",
    ),
    guard(
        "the form's own file decides first",
        Law.WORDS,
        "leadbell.capture.field_sorting:_can_be",
        without("if each.is_own: return True"),
        f"{_TESTS}test_the_form_s_own_file_decides_before_names_and_values",
    ),
    guard(
        "of two addresses none is guessed",
        Law.WORDS,
        "leadbell.capture.field_guesses:_only",
        instead_of("return None", "return first"),
        f"{UNIT}capture/test_field_reading.py::test_of_two_addresses_in_unknown_fields_none_is_guessed",
    ),
    guard(
        "in doubt a value is the visitor's",
        Law.WORDS,
        "leadbell.capture.page_settings:_is_label",
        instead_of(
            'kind is _Kind.BUTTON or _compiled(_SAYS_TO_PRESS).match(" ".join(folded(value))) is not None', "True"
        ),
        f"{_TESTS}test_what_a_person_may_have_typed_is_theirs",
    ),
)
