"""Objection, consent, export and erasure."""

from tests.guards.edits import instead_of, without
from tests.guards.guard import UNIT, WHOLE, Guard, Law, guard

PRIVACY: tuple[Guard, ...] = (
    guard(
        "who objects is not profiled",
        Law.OBJECTION,
        "leadbell.scoring.scoring:judge",
        instead_of("_not_profiled(derived, model.model.personas[0]) if tally.objected else derived", "derived"),
        f"{UNIT}lifecycle/test_objection.py::test_an_objection_takes_score_grade_reasons_and_profile_away",
    ),
    guard(
        "no mail is written without an objection that waits",
        Law.OBJECTION,
        "leadbell.lifecycle.decide:decidable",
        without("fact.type not in (OBJECTED, ALLOWED)"),
        f"{UNIT}lifecycle/test_objection.py::test_what_waits_is_never_decided_without_an_objection_that_came_after_a_persons_word",
    ),
    guard(
        "a mail about who objects says what the form says",
        Law.OBJECTION,
        "leadbell.sales.alert_text:compose",
        instead_of("occasion.derived.objected", "False"),
        f"{UNIT}lifecycle/test_objection.py::test_the_mail_says_what_this_form_says_and_nothing_else",
    ),
    guard(
        "a fact of before the erasure stays gone",
        Law.ERASED,
        "leadbell.qualify.reading:Glance.since_erasure",
        instead_of("erased_at is not None and fact.happened_at <= erased_at", "False"),
        f"{WHOLE}test_late_facts.py::test_a_fact_of_before_the_erasure_is_ignored",
    ),
    guard(
        "a fact of before the erasure is deleted",
        Law.ERASED,
        "leadbell.qualify.reading:Reader._forget",
        without("self.contacts.delete(look.contact_id, past.too_late)"),
        f"{WHOLE}test_late_facts.py::test_a_fact_of_before_the_erasure_is_deleted_and_leaves_nothing_due",
    ),
    guard(
        "a worker that read a contact before its erasure starts over",
        Law.ERASED,
        "leadbell.contacts.store:Contacts.erased",
        instead_of("before.version + 1", "before.version"),
        f"{WHOLE}test_erasure.py::test_a_worker_that_counts_one_more_page_view_starts_over_too",
    ),
    guard(
        "after an erasure no qualification gets a number again",
        Law.ERASED,
        "leadbell.contacts.store:Contacts.erased",
        instead_of('{"cycle": before.cycle, "cycles_erased": before.cycle}', '{"cycle": 0, "cycles_erased": 0}'),
        f"{WHOLE}test_erasure.py::test_the_receipt_of_an_erased_mail_says_nothing_of_a_new_one",
    ),
    guard(
        "an old list imported today does not undo a withdrawal",
        Law.KNOWN,
        "leadbell.consents:_word",
        instead_of("min(datetime.fromisoformat(told), at)", "max(datetime.fromisoformat(told), at)"),
        f"{UNIT}test_consents.py::test_an_old_list_imported_today_does_not_undo_a_withdrawal",
    ),
    guard(
        "no form ends an objection",
        Law.OBJECTION,
        "leadbell.consents:latest_words",
        instead_of("word.purpose != PROFILING or not word.given or ends_objection", "True"),
        f"{UNIT}test_consents.py::test_a_form_does_not_end_an_objection_and_its_own_word_does",
    ),
    guard(
        "what is neither yes nor no is no consent",
        Law.UNKNOWN,
        "leadbell.capture.consent_fields:with_consents",
        without("value.lower() in YES | NO"),
        f"{UNIT}test_consents.py::test_what_is_neither_yes_nor_no_is_no_consent",
    ),
    guard(
        "a call that was taken back is not agreed to",
        Law.KNOWN,
        "leadbell.consents:said",
        instead_of("fields[FIELD_OF[SALES_CONTACT]] = given", "fields[FIELD_OF[SALES_CONTACT]] = True"),
        f"{UNIT}test_consents.py::test_a_no_to_profiling_and_leaving_the_newsletter_have_one_fact_each",
    ),
    guard(
        "an export stops at an item that nobody knows",
        Law.KNOWN,
        "leadbell.privacy.data_map:kind_of",
        instead_of('raise UnknownItem(f"items under {where} are not known to this version")', "return KINDS[0]"),
        f"{WHOLE}test_privacy.py::test_what_nobody_knows_is_not_left_out_of_an_export_in_silence",
    ),
    guard(
        "nothing is done that could not be written down",
        Law.KNOWN,
        "leadbell.privacy.operator:Operator.note",
        instead_of(
            'raise NotWrittenDown(f"nothing was done, for it could not be written down: {error}") from error', "return"
        ),
        f"{WHOLE}test_privacy.py::test_nothing_is_done_that_could_not_be_written_down",
    ),
    guard(
        "what is kept aside is erased too",
        Law.ERASED,
        "leadbell.privacy.erasure:_aside",
        instead_of('table.delete(item["pk"], item["sk"])', "continue"),
        f"{WHOLE}test_privacy.py::test_what_is_kept_aside_is_erased_too",
    ),
    guard(
        "what was under way is looked for once it has ended",
        Law.ERASED,
        "leadbell.privacy.erasure:finish",
        instead_of("_aside(contacts.table, contact_id, at)", "0"),
        f"{WHOLE}test_privacy.py::test_a_request_that_was_under_way_is_made_good_once_it_has_ended",
    ),
    guard(
        "the browser of a signup that nobody confirmed goes with it",
        Law.ERASED,
        "leadbell.privacy.erasure:_claim_browsers",
        without("fact.type == REQUESTED"),
        f"{WHOLE}test_newsletter.py::test_the_browser_of_a_signup_that_nobody_confirmed_is_erased_with_it",
    ),
    guard(
        "whoever types an address does not have somebody else's browser erased with it",
        Law.ERASED,
        "leadbell.privacy.erasure:_browser",
        instead_of(
            '"" if visitor and fact.type == REQUESTED and Visitors(table).is_held(visitor) else visitor', "visitor"
        ),
        f"{WHOLE}test_newsletter.py::test_but_not_one_that_is_known_to_be_somebody_elses",
    ),
    guard(
        "a browser that a form names goes though nobody has looked yet",
        Law.ERASED,
        "leadbell.privacy.erasure:erase",
        without("_claim_browsers(contacts, contact_id)"),
        f"{WHOLE}test_erasure.py::test_a_browser_that_a_form_names_goes_with_them_though_nobody_has_looked_at_it_yet",
    ),
    guard(
        "a form found after the erasure takes its browser with it",
        Law.ERASED,
        "leadbell.contacts.visitors:Visitors.disown",
        without("self.forget(contact_id, link, at)"),
        f"{WHOLE}test_erasure.py::test_a_form_found_after_the_erasure_takes_its_browser_with_it",
    ),
    guard(
        "a browser is not claimed for who is erased in that moment",
        Law.ERASED,
        "leadbell.contacts.visitors:Visitors.claim",
        instead_of("not is_late", "False"),
        f"{WHOLE}test_erasure.py::test_a_browser_is_not_claimed_for_who_is_erased_in_that_moment",
    ),
    guard(
        "a colleague erased in that moment is not named",
        Law.ERASED,
        "leadbell.sales.colleague_index:CompanyBook.writes",
        instead_of('[check_write(_pk(around.company), _sk(each), "attribute_exists(pk)") for each in named]', "[]"),
        f"{WHOLE}test_erasure.py::test_a_colleague_erased_in_that_moment_is_not_named",
    ),
    guard(
        "who is erased is named in no colleague's mail",
        Law.ERASED,
        "leadbell.outbox.blocks:SalesMail.without",
        instead_of("less if each.text and each.contact_id == contact_id else each", "each"),
        f"{WHOLE}test_erasure.py::test_colleagues_and_their_mails_do_not_know_them_any_more",
    ),
    guard(
        "a claim of a repeat is keyed",
        Law.KNOWN,
        "leadbell.capture.claims:_keyed",
        instead_of('keyed(arrival.secret, "claim", text.encode()).hex()', "hashlib.sha256(text.encode()).hexdigest()"),
        f"{WHOLE}test_privacy.py::test_who_guesses_an_address_does_not_learn_from_a_claim_that_it_was_sent",
    ),
)
