"""Mails to visitors: each once, and only to who may be mailed."""

from tests.guards.edits import instead_of, without
from tests.guards.guard import WHOLE, Guard, Law, guard

VISITOR_MAILS: tuple[Guard, ...] = (
    guard(
        "of two who send a mail to a visitor one claims it",
        Law.MAILED,
        "leadbell.outbox.visitor_outbox:VisitorOutbox.claim",
        instead_of(
            '"#state = :state AND attempts = :seen"', '"attribute_exists(pk) OR (#state = :state AND attempts = :seen)"'
        ),
        f"{WHOLE}test_visitor_delivery.py::test_two_who_send_one_mail_at_the_same_moment_send_it_once",
    ),
    guard(
        "a mail to a visitor whose answer was lost is never sent again",
        Law.MAILED,
        "leadbell.outbox.ses:send",
        instead_of("MailState.PENDING if isinstance(error, _NOT_TAKEN) else MailState.UNKNOWN", "MailState.PENDING"),
        f"{WHOLE}test_visitor_delivery.py::test_an_answer_that_was_lost_is_never_asked_for_again",
    ),
    guard(
        "a claim that nobody ended is not sent again",
        Law.MAILED,
        "leadbell.outbox.visitor_delivery:VisitorDelivery.work",
        instead_of(
            "self.outbox.end(mail, Sending(MailState.UNKNOWN), now)",
            "self.outbox.later(mail, Sending(MailState.PENDING), now)",
        ),
        f"{WHOLE}test_visitor_delivery.py::test_whatever_call_fails_a_mail_goes_out_once_or_nobody_knows",
    ),
    guard(
        "who is erased gets no mail",
        Law.ERASED,
        "leadbell.outbox.visitor_outbox:VisitorOutbox.claim",
        without('check_write(mail.pk, "STANDING", "attribute_exists(stage)")'),
        f"{WHOLE}test_newsletter.py::test_a_mail_left_by_a_stopped_erasure_is_never_sent",
    ),
    guard(
        "a suppressed address gets no mail",
        Law.MAILED,
        "leadbell.outbox.mailing_rules:rules_for",
        without("_suppression(mail)"),
        f"{WHOLE}test_visitor_delivery.py::test_an_address_suppressed_at_the_last_moment_gets_nothing",
    ),
    guard(
        "a mailbox gets one mail of a kind in a day",
        Law.MAILED,
        "leadbell.outbox.mailing_rules:_turn",
        instead_of(
            '"attribute_not_exists(pk) OR #at <= :before OR #mail = :mail"',
            '"attribute_not_exists(nothing) OR #at <= :before OR #mail = :mail"',
        ),
        f"{WHOLE}test_newsletter.py::test_variants_of_one_mailbox_get_one_mail_in_a_day_together",
    ),
    guard(
        "a mailbox that never answers gets three mails",
        Law.MAILED,
        "leadbell.outbox.mailing_rules:_at_most",
        instead_of('"attribute_not_exists(#n) OR #n < :most"', '"attribute_not_exists(nothing) OR #n < :most"'),
        f"{WHOLE}test_newsletter.py::test_a_mailbox_that_never_answers_gets_three_mails_ever",
    ),
    guard(
        "a mailbox gets three links to files on a day",
        Law.MAILED,
        "leadbell.outbox.mailing_rules:GUIDES_A_DAY",
        instead_of("3", "300"),
        f"{WHOLE}test_newsletter.py::test_a_mailbox_gets_three_files_on_a_day_and_the_next_one_tomorrow",
    ),
    guard(
        "first mails to all mailboxes together have a limit of a day",
        Law.ABUSE,
        "leadbell.outbox.mailing_rules:rules_for",
        without("rules.append(_first_mails(first_mails_per_day, now))"),
        f"{WHOLE}test_visitor_delivery.py::test_a_flood_of_signups_sends_so_many_first_mails_a_day_and_loses_none",
    ),
    guard(
        "a first mail over the limit of a day waits and is not dropped",
        Law.HEARD,
        "leadbell.outbox.visitor_delivery:VisitorDelivery._claim_and_send",
        instead_of("why == DAY_IS_FULL", "False"),
        f"{WHOLE}test_visitor_delivery.py::test_a_flood_of_signups_sends_so_many_first_mails_a_day_and_loses_none",
    ),
    guard(
        "a file that is mailed is got by mail alone",
        Law.MAILED,
        "leadbell.capture.doors:is_mailed",
        instead_of('asset.delivery == "mail" and sender != ""', "False"),
        f"{WHOLE}test_newsletter.py::test_only_a_mail_brings_its_link",
    ),
    guard(
        "every spelling of a mailbox is that mailbox",
        Law.MAILED,
        "leadbell.identity:Email.mailbox",
        without('local.partition("+")[0].replace(".", "")'),
        f"{WHOLE}test_newsletter.py::test_variants_of_one_mailbox_get_one_mail_in_a_day_together",
    ),
    guard(
        "with double opt-in a signup is only a request",
        Law.MAILED,
        "leadbell.capture.doors:opt_in",
        without("fact_type=REQUESTED"),
        f"{WHOLE}test_newsletter.py::test_a_signup_is_one_mail_and_nobody_is_a_subscriber_yet",
    ),
    guard(
        "what came with an unconfirmed signup is not believed",
        Law.WORDS,
        "leadbell.profile:profile_of",
        without("fact.type != REQUESTED"),
        f"{WHOLE}test_newsletter.py::test_a_signup_that_nobody_confirmed_says_nothing_about_a_lead",
    ),
    guard(
        "an unconfirmed signup takes nobody's browser",
        Law.WORDS,
        "leadbell.contacts.visitors:visitor_in",
        instead_of(
            '"" if fact.type == REQUESTED else str(fact.fields.get("visitor", ""))',
            'str(fact.fields.get("visitor", ""))',
        ),
        f"{WHOLE}test_newsletter.py::test_a_browser_belongs_to_nobody_until_the_signup_is_confirmed",
    ),
    guard(
        "opening a confirmation confirms nothing",
        Law.GET,
        "functions.consent.app:confirm",
        without("""
            if not request_of(app).is_post:
                return html(_pages().to_confirm())
            """),
        f"{WHOLE}test_newsletter.py::test_a_scanner_that_opens_everything_changes_nothing",
    ),
    guard(
        "confirming again is the same fact",
        Law.RETRY,
        "leadbell.privacy.preferences:Choices.confirm",
        instead_of("_id(SUBSCRIBED, request.id)", "_id(SUBSCRIBED, request.id, stamp(now))"),
        f"{WHOLE}test_newsletter.py::test_pressing_again_is_the_same_page_and_one_fact",
    ),
    guard(
        "a signup of before the erasure cannot be confirmed",
        Law.ERASED,
        "leadbell.privacy.preferences:Choices.confirm",
        without("erased_at is not None and request.happened_at <= erased_at"),
        f"{WHOLE}test_newsletter.py::test_a_signup_left_by_a_stopped_erasure_cannot_be_confirmed",
    ),
    guard(
        "a confirmed signup lifts nothing but having left",
        Law.MAILED,
        "leadbell.privacy.preferences:Choices.confirm",
        instead_of("self.book.lift(contact_id, LEFT_NEWSLETTER)", "self.book.lift(contact_id)"),
        f"{WHOLE}test_newsletter.py::test_a_complaint_outlasts_a_confirmed_signup",
    ),
    guard(
        "who leaves the newsletter leaves the list of subscribers",
        Law.MAILED,
        "leadbell.contacts.store:Change.tells_more",
        instead_of(
            "(was.profile, was.subscribed_at) != (is_now.profile, is_now.subscribed_at)",
            "was.profile != is_now.profile",
        ),
        f"{WHOLE}test_lists.py::test_who_is_subscribed_is_listed_from_the_confirmation_to_the_end",
    ),
)
