"""What one source may send, and what is held for a look."""

from tests.guards.edits import instead_of, without
from tests.guards.guard import PROOF, UNIT, WHOLE, Guard, Law, guard

ABUSE: tuple[Guard, ...] = (
    guard(
        "counting and limiting are one write",
        Law.ABUSE,
        "leadbell.web.limits:Limits._count",
        instead_of(
            'f"(attribute_not_exists({name}) OR {name} < :{name})"',
            'f"(attribute_not_exists({name}) OR {name} <= :{name})"',
        ),
        f"{WHOLE}test_limits.py::test_the_eleventh_in_a_minute_at_one_form_waits_for_the_next",
        f"{PROOF}test_spam_and_limits.py::test_as_many_pass_as_the_limit_says_whatever_forwarded_for_says",
    ),
    guard(
        "a source is what API Gateway saw, not what the sender says",
        Law.ABUSE,
        "leadbell.web.request:_request",
        instead_of('http.get("sourceIp", "")', 'headers.get("x-forwarded-for", http.get("sourceIp", ""))'),
        f"{WHOLE}test_limits.py::test_what_the_sender_says_of_its_address_counts_for_nothing",
    ),
    guard(
        "a proxy is believed about its visitor only with the secret",
        Law.ABUSE,
        "leadbell.web.viewers:viewer_of",
        instead_of("not proxy_secret or not hmac.compare_digest(sent.encode(), proxy_secret.encode())", "False"),
        f"{UNIT}web/test_viewers.py::test_without_the_secret_nobody_is_believed",
        f"{WHOLE}test_limits.py::test_behind_a_cdn_that_knows_the_secret_each_visitor_has_limits_of_their_own",
    ),
    guard(
        "files of one source have a limit of bytes a day",
        Law.ABUSE,
        "leadbell.capture.reception:Reception._enclose",
        instead_of("not body.files or self.gate.lets_files_in(request, body.files, now)", "True"),
        f"{WHOLE}test_attachments.py::test_files_over_what_one_source_may_send_in_a_day_are_not_stored_and_the_message_is",
    ),
    guard(
        "a form that asks for no file stores none",
        Law.ABUSE,
        "leadbell.capture.reception:Reception._enclose",
        instead_of("not door.takes_files", "False"),
        f"{WHOLE}test_attachments.py::test_a_form_that_asks_for_no_file_stores_none_and_says_so",
    ),
    guard(
        "a network of IPv6 is one source",
        Law.ABUSE,
        "leadbell.web.limits:network_of",
        instead_of("address.packed[:8].hex()", "address.packed.hex()"),
        f"{WHOLE}test_limits.py::test_one_network_of_ipv6_is_one_source",
    ),
    guard(
        "the limit comes before the body",
        Law.ABUSE,
        "leadbell.capture.reception:Reception.take",
        instead_of(
            "self.gate.enter(request, door.name, door.spam, now); body = request.body()",
            "body = request.body(); self.gate.enter(request, door.name, door.spam, now)",
        ),
        f"{WHOLE}test_limits.py::test_the_limit_comes_before_the_body_is_looked_at",
    ),
    guard(
        "a retry is never refused for its address",
        Law.RETRY,
        "leadbell.capture.gate:Gate._count_address",
        instead_of("claim is None", "True"),
        f"{WHOLE}test_limits.py::test_a_retry_is_answered_as_the_same_when_its_address_has_no_room_left",
    ),
    guard(
        "what was said long ago is no retry",
        Law.ABUSE,
        "leadbell.capture.claims:claimed_before",
        without('there["claimed_at"] >= stamp(now - _window(arrival))'),
        f"{WHOLE}test_limits.py::test_the_same_said_again_after_the_minute_is_new_and_waits",
    ),
    guard(
        "a counter that is throttled stops no submission",
        Law.STORED,
        "leadbell.web.limits:Limits._count",
        instead_of(
            """
            if error.maybe_done:
                raise
            return
            """,
            "raise error",
        ),
        f"{WHOLE}test_limits.py::test_a_counter_that_the_table_throttles_stops_no_submission",
    ),
    guard(
        "all spellings of a mailbox count as one",
        Law.ABUSE,
        "leadbell.capture.field_reading:read_submission",
        instead_of("email.mailbox if email else who", "email.original if email else who"),
        f"{WHOLE}test_limits.py::test_the_sixth_for_one_mailbox_waits_however_it_is_spelt",
    ),
    guard(
        "all spellings of a domain are one",
        Law.ABUSE,
        "leadbell.identity:Email.mailbox",
        instead_of("self.normal", "self.original.lower()"),
        f"{WHOLE}test_limits.py::test_the_sixth_for_one_mailbox_waits_however_it_is_spelt",
        f"{UNIT}outbox/test_visitor_mails.py::test_the_spellings_of_a_mailbox_fold_to_one",
    ),
    guard(
        "who came first decides whether a repeat is held",
        Law.ABUSE,
        "leadbell.capture.claims:capture",
        instead_of('claim.get("held", _signs(arrival.verdict))', "_signs(arrival.verdict)"),
        f"{WHOLE}test_quarantine.py::test_who_came_first_decides_for_its_repeats_too",
    ),
    guard(
        "what a page adds is no part of what is said",
        Law.RETRY,
        "leadbell.capture.claims:_claimed_by",
        instead_of("sorted(pair for pair in arrival.pairs if pair[0].lower() not in PROOFS)", "sorted(arrival.pairs)"),
        f"{WHOLE}test_quarantine.py::test_a_page_that_is_shown_anew_adds_nothing_to_what_is_said",
    ),
    guard(
        "three points and a submission is held",
        Law.ABUSE,
        "leadbell.capture.spam:HELD_FROM",
        instead_of("3", "2"),
        f"{UNIT}capture/test_spam.py::test_two_points_are_not_held_and_three_are",
        f"{UNIT}capture/test_spam.py::test_hardly_any_person_is_held_and_most_machines_are",
    ),
    guard(
        "weak signs alone hold nobody",
        Law.HEARD,
        "leadbell.capture.spam:Verdict.is_held",
        without("any(sign in STRONG for sign in self.signs)"),
        f"{UNIT}capture/test_spam.py::test_weak_signs_hold_nobody_however_many_there_are",
        f"{UNIT}capture/test_spam.py::test_no_customer_is_held",
    ),
    guard(
        "who forwards an offer does not make one",
        Law.HEARD,
        "leadbell.capture.spam_voice:own_words",
        instead_of('_QUOTED_LINE.sub("", text[: found.start()] if found else text)', "text"),
        f"{UNIT}capture/test_spam.py::test_what_somebody_forwards_or_quotes_is_not_their_own",
    ),
    guard(
        "a stamp is good for one form",
        Law.ABUSE,
        "leadbell.web.stamps:_proof",
        instead_of('f"{door}\\n{shown}"', "shown"),
        f"{UNIT}web/test_stamps.py::test_a_stamp_of_another_form_or_changed_in_one_place_is_forged",
    ),
    guard(
        "a Turnstile token is of our site",
        Law.ABUSE,
        "leadbell.web.turnstile:Turnstile.check",
        instead_of('not hosts or answer.get("hostname") in hosts', "True"),
        f"{WHOLE}test_turnstile.py::test_a_token_that_is_bad_or_of_another_site_or_form_is_refused",
    ),
    guard(
        "a Turnstile token with another body is another attempt",
        Law.ABUSE,
        "leadbell.web.turnstile:_retry_id",
        without("sorted(pairs)"),
        f"{WHOLE}test_turnstile.py::test_a_token_is_good_once_and_for_the_same_again",
    ),
    guard(
        "without the provider fewer pass",
        Law.ABUSE,
        "leadbell.capture.gate:Gate._challenge",
        without("self.limits.count_unchecked(viewer_of(request, self.proxy_secret), arrival.door, now)"),
        f"{WHOLE}test_turnstile.py::test_where_the_provider_cannot_tell_three_pass_in_a_minute",
    ),
)
