"""Affinity from facts: bounded, repeatable, and ordered as an organiser would order it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.assignment.affinity.fit import ExpertProfile, WorkProfile, affinities, affinity_matrix

WORK = WorkProfile(
    id="w",
    track="1",
    subject="математика",
    level="основное общее образование",
    keywords=("одарённые дети", "олимпиады"),
    text="Подготовка семиклассников к олимпиадам по математике",
)
words = st.text(alphabet="абвеёжз щ,", max_size=20)


def test_specialist_comes_before_neighbour_before_stranger():
    specialist = ExpertProfile(
        id="a", tracks=("1",), specialisations=("Учителя математики", "Одаренные дети")
    )
    neighbour = ExpertProfile(id="b", tracks=("1",), specialisations=("Учителя физики",))
    stranger = ExpertProfile(id="c", tracks=("2",), specialisations=("Дошкольное образование",))

    first, second, third = affinity_matrix([WORK], [specialist, neighbour, stranger])[0]

    assert first > second > third


def test_letter_yo_and_case_endings_do_not_matter():
    plain = ExpertProfile(id="a", specialisations=("ОДАРЕННЫЕ ДЕТИ",))
    dotted = ExpertProfile(id="b", specialisations=("одарённые дети",))

    row = affinity_matrix([WORK], [plain, dotted])[0]

    assert row[0] == row[1] > 0


def test_work_that_says_nothing_and_empty_lists_are_no_accident():
    silent = WorkProfile(id="s")

    assert affinities([silent], [ExpertProfile(id="e")]) == (("s", "e", 0.0),)
    assert affinities([], [ExpertProfile(id="e")]) == ()
    assert affinities([WORK], []) == ()


@settings(max_examples=40, deadline=None)
@given(subject=words, text=words, keyword=words, field=words, profile=words)
def test_affinity_is_between_zero_and_one_and_the_same_every_time(
    subject, text, keyword, field, profile
):
    works = [WORK, WorkProfile(id="v", subject=subject, text=text, keywords=(keyword,))]
    experts = [ExpertProfile(id="e", specialisations=(field,), text=profile)]

    values = affinity_matrix(works, experts)

    assert ((values >= 0) & (values <= 1)).all()
    assert (values == affinity_matrix(works, experts)).all()
    assert (values * 10_000 - (values * 10_000).round()).max() < 1e-6
