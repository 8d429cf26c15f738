"""What a reader may not see leaves no trace in a list: neither a gap nor a cursor."""

from hypothesis import given
from hypothesis import strategies as st

from review_api.api.paging import Pages
from schemas.base import Entity


def rows_of(keys):
    return [Entity(id=f"{key:03}") for key in sorted(keys)]


def pages_of(rows):
    def read(after, most):
        return [one for one in rows if after is None or one.id > after][:most]

    return Pages(read, key=lambda one: one.id)


def walked(rows, hidden, limit):
    """All answers from the first to the one without a cursor."""

    def show(found):
        return [None if one.id in hidden else one.id for one in found]

    answers, after = [], None
    while not answers or after is not None:
        items, after = pages_of(rows).seen(show, after=after, limit=limit)
        answers.append((items, after))
    return answers


KEYS = st.sets(st.integers(0, 60), max_size=30)


@given(shown=KEYS, hidden=KEYS, limit=st.integers(1, 7))
def test_answers_are_those_of_a_list_without_the_hidden_rows(shown, hidden, limit):
    unseen = {one.id for one in rows_of(hidden - shown)}

    assert walked(rows_of(shown | hidden), unseen, limit) == walked(rows_of(shown), set(), limit)


@given(shown=KEYS, limit=st.integers(1, 7))
def test_every_row_comes_once_in_full_pages(shown, limit):
    answers = walked(rows_of(shown), set(), limit)

    assert [one for items, _ in answers for one in items] == [one.id for one in rows_of(shown)]
    assert all(len(items) == limit for items, _ in answers[:-1])
