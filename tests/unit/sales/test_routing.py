"""Which rep hears about whom."""

from leadbell.sales.routing import Rep, Route, route

MIA = Rep("mia", "Mia", "arn:mia", ("SE", "NO"))
RUI = Rep("rui", "Rui", "arn:rui", ("PT",))
ANY = Rep("any", "Anywhere", "arn:any")
GONE = Rep("gone", "Gone", "arn:gone", ("FI",), active=False)


def test_the_owner_hears_wherever_the_contact_is() -> None:
    assert route("rui", "SE", [MIA, RUI]) == Route(RUI)


def test_without_an_owner_the_rep_of_the_country_hears() -> None:
    assert route("", "NO", [RUI, MIA]) == Route(MIA)


def test_an_owner_who_left_hears_nothing_and_the_country_decides() -> None:
    assert route("gone", "SE", [GONE, MIA]) == Route(MIA)
    assert route("nobody", "SE", [MIA]) == Route(MIA)


def test_a_rep_without_countries_covers_what_nobody_covers_by_name() -> None:
    assert route("", "PT", [ANY, RUI]) == Route(RUI)
    assert route("", "US", [ANY, RUI]) == Route(ANY)
    assert route("", "", [ANY, RUI]) == Route(ANY)


def test_of_two_who_cover_a_country_it_is_always_the_same_one() -> None:
    bo = Rep("bo", "Bo", "arn:bo", ("SE",))
    assert route("", "SE", [MIA, bo]) == route("", "SE", [bo, MIA]) == Route(bo)


def test_what_nobody_covers_goes_to_the_default_inbox_which_is_told_why() -> None:
    assert route("", "US", [MIA]) == Route(None, "no rep covers US")
    assert route("", "", [MIA]) == Route(None, "the country is not known")
    assert route("", "FI", [MIA, GONE]) == Route(None, "no rep covers FI")


def test_where_there_are_no_reps_the_default_inbox_needs_no_explanation() -> None:
    assert route("mia", "SE", []) == Route(None)
    assert route("gone", "FI", [GONE]) == Route(None)


def test_the_owner_of_the_company_hears_where_the_contact_has_none_of_its_own() -> None:
    assert route("", "SE", [MIA, RUI], company_owner="rui") == Route(RUI)
    assert route("mia", "PT", [MIA, RUI], company_owner="rui") == Route(MIA)
    assert route("gone", "PT", [GONE, MIA, RUI], company_owner="mia") == Route(MIA)
    assert route("", "SE", [GONE, MIA], company_owner="gone") == Route(MIA)
