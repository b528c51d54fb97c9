"""Mails to sales: one for each qualification, and nobody who writes goes unheard."""

from tests.guards.edits import instead_of, without
from tests.guards.guard import UNIT, WHOLE, Guard, Law, guard

SALES_MAILS: tuple[Guard, ...] = (
    guard(
        "a mail is claimed by one sender",
        Law.ONE_ALERT,
        "leadbell.outbox.sales_outbox:Outbox.claim",
        instead_of(
            'f"#state = :pending AND {_AS_IT_WAS}"',
            'f"(#state = :pending OR #state <> :pending) AND {_AS_IT_WAS}"',
        ),
        f"{WHOLE}test_delivery.py::test_two_senders_at_once_send_one_mail",
    ),
    guard(
        "a mail that was told anew is not sent with its old words",
        Law.OBJECTION,
        "leadbell.outbox.sales_outbox:Outbox.claim",
        instead_of(
            'f"#state = :pending AND {_AS_IT_WAS}"',
            'f"#state = :pending AND ({_AS_IT_WAS} OR attribute_exists(pk))"',
        ),
        f"{WHOLE}test_objection.py::test_who_read_a_mail_before_it_was_told_anew_cannot_send_it",
    ),
    guard(
        "a mail that changes while it is told anew is told anew once more",
        Law.OBJECTION,
        "leadbell.outbox.sales_outbox:Outbox._reword",
        instead_of('raise Conflict("the mail says something else since it was read")', "return"),
        f"{WHOLE}test_objection.py::"
        "test_a_mail_that_learns_of_a_colleague_while_it_is_told_anew_is_told_anew_all_the_same",
    ),
    guard(
        "a receipt settles the mail of its number alone",
        Law.ONE_ALERT,
        "leadbell.outbox.sales_outbox:Outbox.sent",
        instead_of(
            '"#number = :number AND #state <> :sent"',
            '"(#number = :number OR attribute_exists(pk)) AND #state <> :sent"',
        ),
        f"{WHOLE}test_erasure.py::test_a_late_receipt_settles_no_mail_that_stands_in_the_place_of_the_erased_one",
    ),
    guard(
        "no mail is sent about who was erased",
        Law.ERASED,
        "leadbell.outbox.sales_outbox:Outbox.claim",
        instead_of('"attribute_exists(stage)"', '"attribute_exists(pk)"'),
        f"{WHOLE}test_late_facts.py::test_a_mail_about_an_erased_contact_is_not_sent",
    ),
    guard(
        "a publish is attempted once",
        Law.ONE_ALERT,
        "leadbell.outbox.sns:one_attempt",
        instead_of('{"total_max_attempts": 1, "mode": "standard"}', '{"total_max_attempts": 3, "mode": "standard"}'),
        f"{WHOLE}test_delivery.py::test_sns_is_asked_exactly_once",
    ),
    guard(
        "a publish without an answer may have gone out",
        Law.ONE_ALERT,
        "leadbell.outbox.sns:Courier.publish",
        instead_of("not isinstance(error, _NOT_TAKEN)", "False"),
        f"{WHOLE}test_delivery.py::test_a_lost_answer_is_settled_by_the_receipt",
    ),
    guard(
        "a claim whose lease has ended may have gone out",
        Law.ONE_ALERT,
        "leadbell.qualify.sweep:Sweep._is_ready",
        instead_of("outbox.unknown(letter, now)", "outbox.again(letter, now, seen=MailState.CLAIMED)"),
        f"{WHOLE}test_delivery.py::test_a_claim_is_left_alone_for_its_lease_and_unknown_after_it",
    ),
    guard(
        "what may have gone out waits until no receipt is left to read",
        Law.ONE_ALERT,
        "leadbell.qualify.sweep:Sweep._is_ready",
        without("drained"),
        f"{WHOLE}test_delivery.py::test_while_the_receipt_queue_does_not_answer_nothing_goes_out_a_second_time",
    ),
    guard(
        "what may have gone out waits a quarter of an hour for its receipt",
        Law.ONE_ALERT,
        "leadbell.outbox.sales_outbox:SETTLE_AFTER",
        instead_of("timedelta(minutes=15)", "timedelta(minutes=1)"),
        f"{WHOLE}test_delivery.py::test_without_a_receipt_it_is_sent_once_more_under_the_same_number",
    ),
    guard(
        "a look into the receipt queue asks all of its servers",
        Law.ONE_ALERT,
        "leadbell.outbox.sales_delivery:Delivery.settle",
        instead_of("wait_seconds=1 if to_the_end else 0", "wait_seconds=0"),
        f"{WHOLE}test_delivery.py::test_a_look_into_the_receipt_queue_asks_all_of_its_servers",
    ),
    guard(
        "one address gets no more than two mails a second",
        Law.ONE_ALERT,
        "leadbell.outbox.pacing:_IS_FREE",
        instead_of(
            '"attribute_not_exists(pk) OR next_at <= :now"',
            '"attribute_not_exists(pk) OR next_at <= :now OR next_at > :now"',
        ),
        f"{WHOLE}test_pacing.py::test_an_address_is_free_again_after_half_a_second_and_not_before",
    ),
    guard(
        "a subscription that nobody confirmed is no reader",
        Law.HEARD,
        "leadbell.outbox.sns:Courier.readers",
        without('subscription["SubscriptionArn"].startswith("arn:")'),
        f"{WHOLE}test_delivery.py::test_without_a_confirmed_reader_it_goes_to_the_default_inbox",
    ),
    guard(
        "where a rep reads nothing the default inbox does",
        Law.HEARD,
        "leadbell.outbox.sales_delivery:Delivery._read_by",
        instead_of("dict.fromkeys((wanted or default, default))", "(wanted or default,)"),
        f"{WHOLE}test_delivery.py::test_a_rep_who_reads_nothing_does_not_swallow_the_alert",
    ),
    guard(
        "a form that keeps its submissions from people keeps no question from them",
        Law.HEARD,
        "leadbell.events:wrote_to_us",
        instead_of("fact.type not in BY_FORM or fact.means in (QUESTION, REQUEST)", "fact.type not in BY_FORM")
        + instead_of("return fact.type in BY_FORM", "return False"),
        f"{UNIT}test_events.py::test_a_form_may_make_every_submission_heard_or_none_but_no_question",
    ),
    guard(
        "a file that keeps questions from people is refused",
        Law.HEARD,
        "leadbell.forms.file:FormInFile._makes_sense",
        instead_of("self.copy_ == NEVER", "not self.copy_"),
        f"{UNIT}forms/test_file.py::test_nobody_who_asks_is_kept_from_people",
        f"{UNIT}forms/test_file.py::test_nobody_who_has_a_field_to_write_in_is_kept_from_people",
    ),
    guard(
        "a fact says itself who hears of it",
        Law.HEARD,
        "leadbell.forms.config:Form.says",
        instead_of('{} if self.copy == "unqualified" else {"copy": self.copy}', "{}"),
        f"{WHOLE}test_configured_forms.py::test_who_hears_of_a_registration_is_the_owners_to_say",
    ),
    guard(
        "a request that nobody was told of before an answer is as new as one after it",
        Law.HEARD,
        "leadbell.lifecycle.decide:decidable",
        instead_of("filter(wrote_to_us, waiting[:word])", "()"),
        f"{UNIT}lifecycle/test_returns.py::test_a_request_that_nobody_was_told_of_before_an_answer_is_new",
    ),
    guard(
        "a request that came just before the answer still counts",
        Law.HEARD,
        "leadbell.scoring.counting:_asking",
        instead_of("reset_at - UNHEARD", "reset_at"),
        f"{UNIT}lifecycle/test_returns.py::test_a_request_that_nobody_was_told_of_before_an_answer_is_new",
    ),
    guard(
        "the request of an existing customer is to be answered by a day",
        Law.HEARD,
        "leadbell.sales.alert_text:_what_next",
        without("heard is Heard.CUSTOMER"),
        f"{UNIT}sales/test_alert_text.py::test_a_customers_request_says_so_first_and_is_due_the_next_working_day",
    ),
    guard(
        "what is no alert is a message copy",
        Law.HEARD,
        "leadbell.lifecycle.notices:notices_of",
        without("notices.append(Notice(heard, fact, _why_copy(fact, after, derived)))"),
        f"{UNIT}lifecycle/test_stages.py::test_a_question_is_a_copy_without_a_reason_before_and_after_a_request",
    ),
    guard(
        "a mail is due until it went out",
        Law.HEARD,
        "leadbell.outbox.sales_outbox:pending_item",
        instead_of("RETRY_AFTER", "timedelta(days=365)"),
        f"{WHOLE}test_sweep.py::test_a_lost_doorbell_of_a_mail_heals_after_a_minute",
    ),
)
