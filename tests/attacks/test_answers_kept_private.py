"""What is shown to one person is kept by no cache and told to no other site."""

SAME_FOR_ALL = {"/letter.css"}  # the look of our letters, without a word of anybody's


def test_no_answer_is_kept_by_a_cache(answers):
    kept = {path for _, path, one in answers if "no-store" not in one.headers["cache-control"]}
    assert kept == SAME_FOR_ALL


def test_no_other_site_is_told_where_a_person_came_from(answers):
    asked = {path for _, path, one in answers if one.headers["referrer-policy"] != "no-referrer"}
    assert asked == set()


def test_no_answer_is_read_by_other_sites(answers):
    open_to_others = {
        path
        for _, path, one in answers
        if "access-control-allow-origin" in one.headers
        or one.headers["cross-origin-resource-policy"] != "same-origin"
    }
    assert open_to_others == set()
