"""Other sites in a person's browser: no write of theirs is taken, no link of ours leads to them."""

import one_of_each
import pytest
from contents import contents
from fastapi.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from flows.notices import operations
from review_api import limits
from review_api.deps import COOKIE

HOST = "http://127.0.0.1"
EVIL = "evil.example"
FOREIGN = (
    {"sec-fetch-site": "cross-site", "origin": f"https://{EVIL}"},
    {"sec-fetch-site": "same-site", "origin": f"https://{EVIL}"},
    {"origin": f"https://{EVIL}"},
    {"origin": "null"},
    {"origin": f"http://127.0.0.1.{EVIL}"},
    {},  # no browser leaves both out; with a cookie it is nobody we know
)
OF_VISITS = ("kept_form", "session")
LEAST_FORMS = 150
MANY = 200


@pytest.fixture
def foreigner(attacked):
    """A browser in which the administrator has signed in, as another site would use it."""
    browser = TestClient(attacked.app, base_url=HOST, follow_redirects=False)
    browser.cookies.set(COOKIE, "administrator")
    return browser


def test_no_form_is_taken_from_another_site(attacked, foreigner):
    before = contents(attacked.installation)
    forms = [(method, one) for method in ("POST", "PUT") for one in one_of_each.routes(method)]
    taken = []
    for method, route in forms:
        form = dict.fromkeys(one_of_each.fields_of(route)[:20], "1")
        address = one_of_each.address_of(route.path, attacked.town.ids)
        for headers in FOREIGN:
            answer = foreigner.request(method, address, data=form, headers=headers)
            taken += [(route.path, headers)] if answer.status_code != 403 else []
    assert taken == []
    assert len(forms) > LEAST_FORMS
    assert contents(attacked.installation) == before


def test_the_same_form_from_our_own_page_is_heard(attacked, foreigner):
    """Else everything above would be refused for another reason."""
    answer = foreigner.post("/login/code", data={}, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 422


@pytest.mark.parametrize("end", ["", "/", "//", "?next=//evil.example"])
def test_another_host_is_refused_at_every_address(attacked, foreigner, end):
    for route in one_of_each.routes("GET"):
        address = one_of_each.address_of(route.path, attacked.town.ids) + end
        answer = foreigner.get(address, headers={"host": EVIL})
        assert answer.status_code == 400, address
        assert "location" not in answer.headers
        assert EVIL not in answer.text


def test_a_slash_too_many_leads_nowhere_else(attacked, foreigner):
    for route in one_of_each.routes("GET"):
        address = one_of_each.address_of(route.path, attacked.town.ids)
        answer = foreigner.get(f"{address}/")
        assert not answer.headers.get("location", "/").startswith(("http", "//")), address


def test_links_of_letters_name_our_own_site_whichever_host_was_asked(attacked):
    hosts = [host for host in attacked.installation.settings.hosts if host]
    assert len(hosts) > 1
    for number, host in enumerate(hosts):
        limits.limiter.storage.reset()
        browser = TestClient(attacked.app, base_url=f"http://{host}")
        address = f"gost{number}@example.ru"
        headers = {"sec-fetch-site": "same-origin", "x-forwarded-host": EVIL}
        assert browser.post("/login", data={"email": address}, headers=headers).status_code == 200
        with attacked.installation.begin(read_only=True) as work:
            [letter] = [one for one in work.notices.all() if one.address == address]
            letter = operations.written(work, letter, attacked.installation.settings)
        links = [word for word in letter.body.split() if "://" in word]
        assert links
        assert all("https://marathon.test/" in link for link in links), links


def test_strangers_and_members_get_the_same_answers(attacked, foreigner):
    """Before anybody has proved to own an address, nothing tells whether it has an account."""
    known = attacked.town.people["author"].email
    told = []
    for address in (known, "nikto" + known):
        limits.limiter.storage.reset()
        own = {"sec-fetch-site": "same-origin", "accept": "text/html"}
        foreigner.cookies.clear()
        forms = (
            ("/login", {"email": address}),
            ("/login/code", {"email": address, "code": "000000"}),
            ("/login/password", {"account": address, "password": "never so 1234"}),
        )
        told.append(
            [
                (answer.status_code, answer.text.replace(address, "ADDRESS"))
                for answer in (foreigner.post(to, data=form, headers=own) for to, form in forms)
            ]
        )
    assert told[0] == told[1]
    assert [status for status, _ in told[0]] == [200, 422, 422]


TRIES = (
    ("/login/code", "email", "code", "000000"),
    ("/login/password", "account", "password", "wrong"),
)


@pytest.mark.parametrize("way", TRIES, ids=lambda way: way[0])
def test_an_account_is_tried_a_few_times_from_any_network_in_any_spelling(attacked, way):
    """Each try as a proxy that is believed passes it on: another network, another spelling."""
    limits.limiter.storage.reset()
    statuses = [tried(attacked, number, *way) for number in range(MANY)]
    limits.limiter.storage.reset()
    assert statuses[:5] == [422] * 5
    assert set(statuses[5:]) == {429}


def tried(attacked, number, address, name, secret, wrong):
    network = f"198.51.{number // 100}.{number % 100}"
    browser = TestClient(attacked.app, base_url=HOST, client=(network, 5000))
    known = attacked.town.people["author"].email
    spelt = (known, f" {known}", known.upper(), f"{known}\u3000", f"\t{known}\n" + " " * number)
    form = {name: spelt[number % len(spelt)], secret: wrong}
    headers = {"sec-fetch-site": "same-origin", "x-forwarded-for": network}
    return browser.post(address, data=form, headers=headers).status_code


def test_whoever_comes_without_a_believed_proxy_cannot_name_another_network(attacked):
    """The server's own reading of the header, where the peer is no proxy of ours."""
    limits.limiter.storage.reset()
    for _ in range(limits.PER_NETWORK.amount):
        limits.limiter.hit(limits.PER_NETWORK, "network", "203.0.113.5")
    statuses = []
    for proxies in ("10.0.0.1", "203.0.113.5"):
        behind = ProxyHeadersMiddleware(attacked.app, trusted_hosts=proxies)
        browser = TestClient(behind, base_url=HOST, client=("203.0.113.5", 5000))
        headers = {"sec-fetch-site": "same-origin", "x-forwarded-for": "198.51.100.7"}
        form = {"email": "kto-to@example.ru"}
        statuses.append(browser.post("/login", data=form, headers=headers).status_code)
    limits.limiter.storage.reset()
    assert statuses == [429, 200]
