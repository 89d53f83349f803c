import pytest
from sessions import PORT, TOKEN, client

from wordglass.serve.guard import BODY


def test_whoever_has_the_token_is_answered_at_both_names_of_this_machine():
    for host in (f"127.0.0.1:{PORT}", f"localhost:{PORT}"):
        assert client().get("api/models", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/api/models", "/wrong/api/models", f"/{TOKEN}x/api/models", f"//{TOKEN}/api/models", "/é/"]
)
def test_without_the_token_nothing_is_answered(path):
    found = client().get(f"http://127.0.0.1:{PORT}{path}")
    assert found.status_code == 403
    assert "token" in found.json()["error"]


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", f"127.0.0.1:{PORT + 1}", "", "[::1]:4321"]
)
def test_a_foreign_host_is_refused(host):
    assert client().get("api/models", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", f"https://127.0.0.1:{PORT}"]
)
def test_a_foreign_origin_is_refused(origin):
    assert client().post("api/predict", headers={"Origin": origin}).status_code == 403
    own = client().post("api/predict", headers={"Origin": f"http://127.0.0.1:{PORT}"})
    assert own.status_code == 200


@pytest.mark.parametrize("path", ["api/models", "nowhere", "api/word", "../x"])
def test_every_answer_forbids_what_a_page_may_not_do(path):
    headers = client().get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_a_body_that_is_too_large_is_refused_whether_or_not_it_says_so():
    found = client().post("api/predict", content=b"x" * (BODY + 1))
    assert found.status_code == 413
    assert "shorter" in found.json()["error"]
    parts = (b"x" * 1_000_000 for _ in range(20))
    assert client().post("api/predict", content=parts).status_code == 413


def test_other_methods_are_refused():
    for method in ("PUT", "DELETE", "PATCH"):
        found = client().request(method, "api/predict")
        assert found.status_code == 405
        assert found.json()["status"] == 405
