"""Links and pages: what is only opened moves nothing, and what a visitor typed stays words."""

from tests.guards.edits import instead_of, without
from tests.guards.guard import UNIT, WHOLE, Guard, Law, guard

PAGES: tuple[Guard, ...] = (
    guard(
        "a page that is only opened changes no mail",
        Law.GET,
        "functions.sales.app:show",
        instead_of(
            "letter = outbox.get(pk, sk)", 'letter = outbox.get(pk, sk); outbox.sent(pk, sk, number, "", now())'
        ),
        f"{WHOLE}test_alert_page.py::test_opening_it_moves_nothing_however_often",
    ),
    guard(
        "a door takes a POST alone",
        Law.GET,
        "functions.newsletter.app:subscribe",
        instead_of('app.post("/newsletter")', 'app.route("/newsletter", "GET", "POST")'),
        f"{WHOLE}test_doors.py::test_a_door_that_is_opened_like_a_page_stores_nothing[newsletter]",
    ),
    guard(
        "a link says what it was signed for",
        Law.WORDS,
        "leadbell.outbox.links:read_with_end",
        instead_of("not hmac.compare_digest(proof, digest(key.key, payload))", "False"),
        f"{UNIT}outbox/test_links.py::test_a_link_of_another_stack_is_no_link",
    ),
    guard(
        "the log names the route and not the link",
        Law.WORDS,
        "leadbell.observability:_trigger",
        instead_of('event.get("routeKey")', 'event.get("rawPath")'),
        f"{WHOLE}test_log_lines.py::test_the_page_of_an_alert",
    ),
    guard(
        "a link for one thing opens no other",
        Law.GET,
        "leadbell.outbox.links:read_with_end",
        without("found != purpose"),
        f"{UNIT}outbox/test_links.py::test_a_link_for_something_else_is_no_link",
    ),
    guard(
        "a visitor's words cannot become a link",
        Law.WORDS,
        "leadbell.plain_text:harmless",
        instead_of('_DOTTED.sub(_unlinked, kept).replace("://", "[:]//")', "kept"),
        f"{UNIT}sales/test_alert_text.py::test_links_are_broken_and_names_are_not",
    ),
    guard(
        "a visitor's words hold no control or direction characters",
        Law.WORDS,
        "leadbell.plain_text:_seen",
        instead_of('char if is_joiner or not _is_unseen(char) else " "', "char"),
        f"{UNIT}sales/test_alert_text.py::test_control_direction_and_invisible_characters_become_a_space",
    ),
    guard(
        "a joiner hides nothing between Latin letters",
        Law.WORDS,
        "leadbell.plain_text:_seen",
        without("_may_be_joined(kept[-1])"),
        f"{UNIT}test_plain_text.py::test_a_joiner_that_joins_nothing_is_a_space",
    ),
    guard(
        "a visitor's words are fenced",
        Law.WORDS,
        "leadbell.plain_text:quote",
        instead_of('f"> {line}" if line else ">"', "line"),
        f"{UNIT}sales/test_alert_text.py::test_their_words_are_fenced_line_by_line_with_the_fields_we_have_no_name_for",
    ),
    guard(
        "a subject says what was asked in our own words",
        Law.WORDS,
        "leadbell.formats:asked",
        instead_of('ASKED.get(str(asks), "wrote to us")', "str(asks)"),
        f"{UNIT}sales/test_alert_text.py::test_what_they_asked_for_comes_from_our_words_alone",
    ),
    guard(
        "a country in a subject is two letters",
        Law.WORDS,
        "leadbell.sales.alert_text:_country",
        instead_of('code if len(code) == 2 and code.isascii() and code.isalpha() and code.isupper() else ""', "code"),
        f"{UNIT}sales/test_alert_text.py::test_the_subject_leaves_out_what_is_not_known",
    ),
    guard(
        "a visitor's words on a page are escaped",
        Law.WORDS,
        "leadbell.web.pages:_template",
        instead_of("autoescape=True", "autoescape=False"),
        f"{UNIT}web/test_pages.py::test_everything_on_a_page_is_escaped",
    ),
    guard(
        "a page runs nothing, even if a word of a visitor's were not escaped",
        Law.WORDS,
        "leadbell.web.pages:security_headers",
        instead_of("\"default-src 'none'\"", '"default-src *"'),
        f"{UNIT}web/test_pages.py::test_the_headers_let_nothing_run_frame_or_leak_a_page",
    ),
    guard(
        "a style holds a colour and nothing else that a form's file says",
        Law.WORDS,
        "leadbell.web.colours:accent",
        instead_of("_HEX.fullmatch(wanted)", "_HEX.match(wanted)"),
        f"{UNIT}web/test_pages.py::test_the_policy_allows_the_style_in_the_sites_colour_too",
    ),
    guard(
        "an error leads to listed sites alone",
        Law.WORDS,
        "leadbell.web.responses:_to_mend_it",
        instead_of(
            "allowed_target(control(attempt.typed, *ERROR_REDIRECT), origins)",
            "control(attempt.typed, *ERROR_REDIRECT)",
        ),
        f"{WHOLE}test_compatibility.py::test_an_error_page_elsewhere_is_ours_instead",
    ),
    guard(
        "only what a visitor can mend leads to another page",
        Law.STORED,
        "leadbell.web.responses:_to_mend_it",
        instead_of("isinstance(error, InvalidSubmission)", "True"),
        f"{WHOLE}test_compatibility.py::test_a_table_that_refuses_loses_nothing_of_what_was_typed",
    ),
    guard(
        "a box of HubSpot's that is not plainly ticked is a no",
        Law.UNKNOWN,
        "leadbell.web.hubspot:_communications",
        instead_of('box.get("value") is True', 'box.get("value")'),
        f"{UNIT}web/test_hubspot.py::test_whatever_is_not_a_plain_yes_is_a_no",
    ),
    guard(
        "what was typed is in no address of our pages",
        Law.WORDS,
        "shared/leadbell/data/page.html",
        instead_of('<form method="post">', '<form method="get">'),
        f"{UNIT}web/test_pages.py::test_a_form_holds_what_was_typed_and_says_beside_it_what_is_wrong",
    ),
    guard(
        "a choice is posted, so that whatever only opens addresses makes none",
        Law.GET,
        "shared/leadbell/data/page.html",
        instead_of('<form method="post"{% if page.buttons', '<form method="get"{% if page.buttons'),
        f"{UNIT}web/test_pages.py::test_each_button_is_a_form_of_its_own_and_a_lone_one_is_the_main_thing",
    ),
    guard(
        "a form leads back to listed sites alone",
        Law.WORDS,
        "leadbell.web.redirects:allowed_target",
        instead_of('_ascii(wanted) if f"{parts.scheme}://{parts.netloc}" in origins else ""', "_ascii(wanted)"),
        f"{UNIT}web/test_redirects.py::test_nothing_leads_a_visitor_elsewhere",
    ),
    guard(
        "a visitor cannot say what only we may say",
        Law.WORDS,
        "leadbell.capture.field_reading:read_submission",
        instead_of('{f"x_{name}": value for name, value in unknown.items()}', "unknown"),
        f"{UNIT}capture/test_field_reading.py::test_a_visitor_cannot_say_what_only_we_may_say",
    ),
)
