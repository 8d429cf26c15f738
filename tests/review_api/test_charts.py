"""Charts: nothing lost, nothing outside the drawing, the table says the same."""

from hypothesis import given, settings
from hypothesis import strategies as st

from review_api import charts

COUNTS = st.lists(st.integers(0, 400), min_size=3, max_size=3)
ROWS = st.dictionaries(st.text(min_size=1, max_size=8), COUNTS, min_size=1, max_size=9)


def histogram(scores):
    return charts.histogram(
        "Баллы",
        scores,
        low=("Сборник от", 60),
        high=("Очно от", 70),
        words=("н", "с", "о"),
        head=("Балл", "Работ"),
    )


@given(ROWS)
@settings(max_examples=40)
def test_bars_stay_inside_and_keep_proportion(values):
    view = charts.bars("Т", values, ("а", "б", "в"), row_name="М", total_name="Всего")
    assert all(mark.x >= 0 and mark.x + mark.width <= 92.001 for mark in view.marks)
    assert [row[-1] for row in view.rows] == [sum(row) for row in values.values()]


@given(st.lists(st.floats(0, 100), max_size=60))
@settings(max_examples=40)
def test_histogram_counts_every_work_once(scores):
    assert sum(count for _, count in histogram(scores).rows) == len(scores)


def test_a_score_on_the_cut_off_belongs_above_it():
    styles = {mark.title.split(":")[0]: mark.style for mark in histogram([60, 70]).marks}
    assert styles["60–65"] == "z-between"
    assert styles["70–75"] == "z-above"


def test_a_bin_divided_by_a_cut_off_shows_both_sides():
    view = charts.histogram(
        "Б", [61, 64], low=("С", 62.5), high=("О", 70), words=("н", "с", "о"), head=("Б", "Р")
    )
    assert [mark.style for mark in view.marks] == ["z-below", "z-between"]


def test_cut_off_labels_stand_on_opposite_sides():
    labels = [note for note in histogram([61]).notes if note.style == "t-strong"]
    assert [note.anchor for note in labels] == ["end", "start"]


def test_heat_map_shows_a_missing_mark_as_empty_not_as_zero():
    view = charts.heat_map("Т", ("№ 1",), ("Э1", "Э2"), {("№ 1", "Э1"): 0}, row_name="Работа")
    assert [mark.style for mark in view.marks] == ["h0", "h-none"]
    assert view.rows == (("№ 1", 0, None),)


def test_funnel_of_nothing_is_drawn_without_a_fault():
    view = charts.funnel("Т", (("Начато", 0), ("Отправлено", 0)), head=("Э", "Р", "Д"))
    assert all(mark.width == 0 for mark in view.marks)


def test_columns_pile_up_to_the_total():
    view = charts.columns(
        "Т", {"2024": (1, 2), "2025": (3, 3)}, ("а", "б"), row_name="Год", total_name="Всего"
    )
    assert min(mark.y for mark in view.marks) == charts.TOP
    assert view.rows == (("2024", 1, 2, 3), ("2025", 3, 3, 6))
