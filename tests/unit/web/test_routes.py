"""A request reaches the one route of its method and path, and an answer leaves in the form that API Gateway takes."""

from typing import Any

import pytest

from leadbell.errors import LeadbellError, NotFound
from leadbell.web.routes import Response, Router


def event(method: str, path: str, stage: str = "$default") -> dict[str, Any]:
    return {"rawPath": path, "requestContext": {"http": {"method": method}, "stage": stage}}


@pytest.fixture
def router() -> Router:
    made = Router()

    @made.post("/forms/<form_id>")
    @made.post("/by/<portal_id>/<form_id>")
    def submit(form_id: str, portal_id: str = "") -> Response:
        if form_id == "none":
            raise NotFound("there is no such form")
        if form_id == "broken":
            raise ZeroDivisionError
        return Response(303, "text/plain", "", {"Location": f"{portal_id}/{form_id}"})

    @made.route("/d/<token>", "GET", "HEAD")
    def lead_on(token: str) -> Response:
        made.kept["token"] = token
        return Response(200, "", token, {})

    made.refuse = lambda error: Response(404, "text/plain", str(error), {})
    made.lost = lambda: Response(405, "", "lost", {"Allow": "POST"})
    return made


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/forms/demo", "/demo"),
        ("/by/1-2/demo", "1-2/demo"),
        ("/forms/a.b~c=@:(d)", "/a.b~c=@:(d)"),
        ("/forms/å", "/å"),
    ],
)
def test_what_stands_in_the_path_is_given_to_its_route(router: Router, path: str, location: str) -> None:
    answer = router.resolve(event("POST", path))
    assert answer == {
        "statusCode": 303,
        "headers": {"Location": location, "Content-Type": "text/plain"},
        "body": "",
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/forms/demo"),
        ("POST", "/forms/"),
        ("POST", "/forms/demo//"),
        ("POST", "/forms/demo/more"),
        ("POST", "/forms/demo\n"),
        ("POST", "/forms/de\nmo"),
        ("POST", "/xforms/demo"),
        ("POST", "/"),
        ("post", "/forms/demo"),
        ("OPTIONS", "/d/1"),
    ],
)
def test_what_no_route_answers_is_lost(router: Router, method: str, path: str) -> None:
    answer = router.resolve(event(method, path))
    assert (answer["statusCode"], answer["body"], answer["headers"]) == (405, "lost", {"Allow": "POST"})


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_route_answers_each_of_its_methods(router: Router, method: str) -> None:
    assert router.resolve(event(method, "/d/abc"))["body"] == "abc"


def test_the_name_of_a_stage_is_no_part_of_the_path(router: Router) -> None:
    assert router.resolve(event("GET", "/test/d/abc", "test"))["body"] == "abc"


def test_our_errors_are_refused_and_any_other_is_a_bug(router: Router) -> None:
    assert router.resolve(event("POST", "/forms/none"))["body"] == "there is no such form"
    with pytest.raises(ZeroDivisionError):
        router.resolve(event("POST", "/forms/broken"))


def test_nothing_is_kept_for_the_next_request(router: Router) -> None:
    router.resolve(event("GET", "/d/abc"))
    assert router.kept == {"token": "abc"}
    router.resolve(event("GET", "/elsewhere"))
    assert router.kept == {}


def test_an_error_while_refusing_goes_up(router: Router) -> None:
    def refuse(error: LeadbellError) -> Response:
        raise error

    router.refuse = refuse
    with pytest.raises(NotFound):
        router.resolve(event("POST", "/forms/none"))
