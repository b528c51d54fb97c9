"""What people write arrives whole: stored before the fact, read by whoever shows it, gone with it."""

from tests.guards.edits import instead_of, without
from tests.guards.guard import UNIT, WHOLE, Guard, Law, guard

TEXTS: tuple[Guard, ...] = (
    guard(
        "what was typed is stored before its fact",
        Law.WHOLE,
        "leadbell.contacts.facts:ContactFacts.file",
        without("if typed:\n    Texts(self.table).keep(contact_id, fact, typed, ends_at(fact))"),
        f"{WHOLE}test_texts.py::test_it_lies_there_before_its_fact_does",
    ),
    guard(
        "what was typed in a held submission is stored",
        Law.WHOLE,
        "leadbell.capture.quarantine:hold",
        without("if typed:\n    Texts(table).keep(contact_id, fact, typed, ends)"),
        f"{WHOLE}test_texts.py::test_a_held_submission_s_text_comes_with_it_on_release",
    ),
    guard(
        "a released text ends with its fact, not with the quarantine",
        Law.WHOLE,
        "leadbell.capture.quarantine:release",
        without("Texts(contacts.table).kept_with(one.contact_id, fact)"),
        f"{WHOLE}test_texts.py::test_a_held_submission_s_text_comes_with_it_on_release",
    ),
    guard(
        "what came with a signup is kept with its confirmation",
        Law.WHOLE,
        "leadbell.privacy.preferences:Choices._typed",
        instead_of('"typed" in request.fields', "False"),
        f"{WHOLE}test_newsletter.py::test_what_came_with_a_signup_is_kept_as_long_as_its_confirmation",
    ),
    guard(
        "a mail shows all that was typed",
        Law.WHOLE,
        "leadbell.sales.alert_text:_their_words",
        instead_of('fact.fields.get("typed")', "None"),
        f"{WHOLE}test_their_words.py::test_the_mail_keeps_the_form_s_order_and_its_names",
    ),
    guard(
        "no mail goes out without the words that it refers to",
        Law.WHOLE,
        "leadbell.outbox.blocks:_text",
        instead_of('raise UnknownItem("what was typed is not read yet")', 'return ""'),
        f"{UNIT}outbox/test_their_words.py::test_a_mail_whose_words_were_not_read_is_no_text",
    ),
    guard(
        "a mail that is too long says where the rest is",
        Law.WHOLE,
        "leadbell.outbox.their_words:as_mailed",
        instead_of("len(raw) <= MAX_BYTES", "True"),
        f"{UNIT}outbox/test_their_words.py::test_what_has_no_room_in_a_mail_is_on_the_page_and_the_mail_says_so",
    ),
    guard(
        "a message is a message at every door",
        Law.HEARD,
        "leadbell.events:wrote_to_us",
        instead_of("fact.type not in BY_DOOR", "fact.type not in BY_FORM"),
        f"{UNIT}test_events.py::test_a_person_wrote_to_us_by_a_question_a_request_or_any_message",
    ),
    guard(
        "a confirmed signup repeats no message",
        Law.HEARD,
        "leadbell.events:wrote_to_us",
        without("CONFIRMS in fact.fields"),
        f"{UNIT}test_events.py::test_a_person_wrote_to_us_by_a_question_a_request_or_any_message",
    ),
    guard(
        "a fact stays light, whatever is typed",
        Law.ABUSE,
        "leadbell.capture.claims:capture",
        instead_of("fact_fields(arrival.fields | files)", "{**arrival.fields, **arrival.read, **files}"),
        f"{WHOLE}test_texts.py::test_a_fact_has_at_most_four_kilobytes_whatever_is_typed",
    ),
    guard(
        "what was typed in a fact of before the erasure goes with the fact",
        Law.ERASED,
        "leadbell.contacts.facts:ContactFacts.delete",
        instead_of('"typed" in fact.fields', "False"),
        f"{WHOLE}test_texts.py::test_a_fact_that_comes_after_its_erasure_goes_with_its_text",
    ),
    guard(
        "a text without a fact goes when all requests have ended",
        Law.ERASED,
        "leadbell.privacy.erasure:finish",
        without("_delete_texts(contacts.table, contact_id, nobodys)"),
        f"{WHOLE}test_texts.py::test_what_a_request_left_that_was_under_way_is_deleted_when_all_have_ended",
    ),
    guard(
        "an erasure deletes no text of who came back",
        Law.WHOLE,
        "leadbell.contacts.texts:Texts.delete",
        instead_of('"received_at <= :until"', '"attribute_exists(pk) OR received_at <= :until"'),
        f"{WHOLE}test_texts.py::test_what_came_back_since_is_not_deleted_with_what_was_read_before",
    ),
)
