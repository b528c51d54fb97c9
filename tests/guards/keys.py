"""The secret of the service, and the keys of links."""

from tests.guards.edits import instead_of
from tests.guards.guard import UNIT, WHOLE, Guard, Law, guard

_TESTS = f"{WHOLE}test_secret.py::"

KEYS: tuple[Guard, ...] = (
    guard(
        "of two functions that start at once one makes the secret",
        Law.SECRET,
        "leadbell.secret:Secrets.make",
        instead_of('self._table.put(item_of(made), "attribute_not_exists(pk)")', "self._table.put(item_of(made))"),
        f"{_TESTS}test_of_two_functions_that_start_at_once_both_use_the_one_that_was_stored",
    ),
    guard(
        "a key that was left unprocessed is not missing",
        Law.SECRET,
        "leadbell.table:Table.get_together",
        instead_of("not left", "True"),
        f"{_TESTS}test_keys_that_were_left_unprocessed_are_not_missing",
    ),
    guard(
        "what only reads makes no secret",
        Law.SECRET,
        "leadbell.keyed:Keyring.link_key",
        instead_of("self.fresh(now).secret", "self.made(now).secret"),
        f"{_TESTS}test_who_only_reads_answers_503_without_it",
    ),
    guard(
        "each use has a key of its own",
        Law.SECRET,
        "leadbell.keyed:_key",
        instead_of('f"leadbell {use}".encode()', 'b"leadbell"'),
        f"{UNIT}test_keyed.py::test_each_use_has_a_key_of_its_own_and_links_too",
    ),
    guard(
        "nothing shows the secret",
        Law.SECRET,
        "leadbell.keyed:Secret",
        instead_of("field(repr=False)", "field()"),
        f"{UNIT}test_keyed.py::test_nothing_shows_the_secret",
    ),
    guard(
        "a link of a new key opens where the old one was read",
        Law.SECRET,
        "leadbell.keyed:Keyring.link_key",
        instead_of("found is None and not _is_recent(self._searched_at, now)", "False"),
        f"{_TESTS}test_a_link_of_a_new_key_opens_at_once_where_the_old_one_was_read",
    ),
    guard(
        "made-up keys cost no more than one read in half a minute",
        Law.ABUSE,
        "leadbell.keyed:Keyring.link_key",
        instead_of("found is None and not _is_recent(self._searched_at, now)", "found is None"),
        f"{UNIT}test_keyed.py::test_a_name_that_nobody_knows_makes_it_read_once_in_half_a_minute_and_no_more",
    ),
    guard(
        "the secret is read again after half a minute",
        Law.SECRET,
        "leadbell.keyed:Keyring.fresh",
        instead_of("not _is_recent(self._read_at, now)", "self._read_at is None"),
        f"{_TESTS}test_after_half_a_minute_every_function_signs_with_the_new_key",
    ),
    guard(
        "an old key opens no link for longer than one may live",
        Law.SECRET,
        "leadbell.outbox.links:verifies",
        instead_of(
            "not key.is_compromised and now <= key.ended_at + _SIGNED_LATE + LIVES[purpose]", "not key.is_compromised"
        ),
        f"{_TESTS}test_an_old_key_opens_links_as_long_as_they_would_have_lived",
    ),
    guard(
        "a compromised key opens no link",
        Law.SECRET,
        "leadbell.outbox.links:verifies",
        instead_of(
            "not key.is_compromised and now <= key.ended_at + _SIGNED_LATE + LIVES[purpose]",
            "now <= key.ended_at + _SIGNED_LATE + LIVES[purpose]",
        ),
        f"{_TESTS}test_after_a_leak_no_other_link_of_before_opens",
    ),
    guard(
        "whatever key signed it, a link to unsubscribe opens",
        Law.SECRET,
        "leadbell.outbox.links:verifies",
        instead_of("key.ended_at is None or purpose not in LIVES", "key.ended_at is None"),
        f"{_TESTS}test_whatever_happens_a_link_to_unsubscribe_opens[True-0]",
    ),
    guard(
        "two who make a new key at once make one",
        Law.SECRET,
        "leadbell.secret:Secrets.rotate",
        instead_of(
            'self._table.put(item_of(after), same, {":seen": len(before.links)})', "self._table.put(item_of(after))"
        ),
        f"{_TESTS}test_two_who_rotate_at_once_make_one_key",
    ),
)
