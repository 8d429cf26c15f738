"""Signing in by letter: how often letters may be asked for, and what their codes still open."""

EMAIL = "vetrova@example.ru"
MOST_LETTERS = 5


def newest_code(installation):
    with installation.begin(read_only=True) as work:
        letters = [one for one in work.notices.all() if one.address == EMAIL]
    return max(letters, key=lambda one: (one.created_at, one.id)).values["code"]


def test_code_of_the_last_letter_one_may_ask_for_opens_the_account(client, installation):
    asked = [client.post("/login", data={"email": EMAIL}) for _ in range(MOST_LETTERS + 1)]
    assert [one.status_code for one in asked] == [200] * MOST_LETTERS + [429]
    answer = client.post("/login/code", data={"email": EMAIL, "code": newest_code(installation)})
    assert answer.status_code == 303
    assert client.get("/me").status_code == 200


def test_wrong_codes_do_not_keep_a_person_from_a_new_letter(client, installation):
    client.post("/login", data={"email": EMAIL})
    right = newest_code(installation)
    wrong = {"email": EMAIL, "code": f"{(int(right) + 1) % 10**6:06}"}
    tried = [client.post("/login/code", data=wrong).status_code for _ in range(6)]
    assert tried == [422] * 5 + [429]
    assert client.post("/login", data={"email": EMAIL}).status_code == 200
