from review_api.board_chart import TURNS, draw

SCORES = [10.0, 55.0, 61.0, 64.0, 90.0]


def styled(items, style):
    return [one for one in items if one.style == style]


def test_each_cut_off_has_its_line_name_and_band_whichever_is_higher():
    chart = draw(SCORES, [], (80.0, 70.0))

    assert [line.x1 for line in styled(chart.lines, "cut cut--publication")] == [80.0]
    assert [line.x1 for line in styled(chart.lines, "cut cut--live")] == [70.0]
    (name,) = styled(chart.notes, "t-strong cut-name cut-name--live")
    assert name.text == "очно от 70"
    (band,) = styled(chart.marks, "band band--publication")
    assert (band.x, band.width) == (77.0, 6.0)


def test_names_of_cut_offs_turn_before_they_leave_the_drawing():
    for at in (0.0, *TURNS.values(), 100.0):
        for name in (one for one in draw(SCORES, [], (at, at)).notes if "cut-name" in one.style):
            assert (name.anchor == "end") == (at >= TURNS[name.style.rpartition("--")[2]])


def test_fragile_works_share_a_mark_for_every_half_point():
    many = draw(SCORES, [60.1, 60.3, 60.6, 100.0, *[50.2] * 5000], (60.0, 70.0))

    marks = styled(many.marks, "fragile")
    assert [mark.x for mark in marks] == [50.0, 60.0, 60.5, 99.5]
    assert "5000" in marks[0].title


def test_zones_count_every_score_once():
    bars = [mark for mark in draw(SCORES, [], (60.0, 70.0)).marks if mark.style.startswith("z-")]

    assert [mark.style for mark in bars] == ["z-below", "z-below", "z-between", "z-above"]
