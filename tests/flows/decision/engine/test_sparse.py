"""Many experts: the answers of the exact model within the stated tolerances, bit for bit again."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from flows.decision.engine import fitting, quadrature, severity, sparse
from schemas.decision_problem import ScoredReview


def marks_of(pairs, *, strictness=7.0, noise=9.0, seed=0):
    pairs = sorted(set(pairs))
    rng = np.random.default_rng(seed)
    quality = rng.normal(60, 12, 1 + max(work for work, _ in pairs))
    lenient = rng.normal(0, strictness, 1 + max(expert for _, expert in pairs))
    return severity.tabulate(
        ScoredReview(
            submission=f"w{work:05}",
            expert=f"e{expert:05}",
            score=float(np.clip(quality[work] + lenient[expert] + rng.normal(0, noise), 0, 100)),
        )
        for work, expert in pairs
    )


def panels(works, experts, size, *, first_work=0, first_expert=0, seed=7):
    rng = np.random.default_rng([seed, first_work])
    return [
        (first_work + work, first_expert + int(expert))
        for work in range(works)
        for expert in rng.choice(experts, size, replace=False)
    ]


TOWNS = [
    pair
    for town in range(30)
    for pair in panels(15, 10, 3, first_work=15 * town, first_expert=10 * town)
]
NETWORKS = {
    "random panels": panels(900, 300, 3),
    "two reviews each": panels(600, 300, 2),
    "a group for every town": TOWNS,
    "a work for everybody": panels(500, 300, 3) + [(500, expert) for expert in range(300)],
    "large panels": panels(60, 300, 60),
    "one review each": [(expert, expert) for expert in range(300)],
    "a ring": [(work, (work + step) % 300) for work in range(300) for step in (0, 1)],
}


@pytest.mark.parametrize("name", NETWORKS)
def test_many_experts_get_the_answers_of_the_exact_model(name):
    marks = marks_of(NETWORKS[name])

    exact, ours = severity.fit(marks), sparse.fit(marks)

    row = np.flatnonzero(
        np.isin(exact.quality_ratio, ours.quality_ratio)
        & np.isin(exact.severity_ratio, ours.severity_ratio)
    )
    pairs = list(zip(exact.quality_ratio[row], exact.severity_ratio[row], strict=True))
    place = [
        row[pairs.index(pair)] for pair in zip(ours.quality_ratio, ours.severity_ratio, strict=True)
    ]
    expected = exact.posterior.log_likelihood[place]
    np.testing.assert_allclose(ours.posterior.log_likelihood, expected, atol=0.05)
    assert ours.likelihood_ratio == pytest.approx(exact.likelihood_ratio, abs=0.1)
    for answer, truth in ((ours.quality(), exact.quality()), (ours.leniency(), exact.leniency())):
        np.testing.assert_allclose(answer[0], truth[0], atol=1e-3)
        np.testing.assert_allclose(answer[1], truth[1], rtol=0.01)


def test_means_at_one_pair_of_ratios_are_exact():
    marks = marks_of(panels(150, 60, 3))
    exact = severity.posterior(marks, 1.3, np.array([0.4]))

    cell = next(sparse.cells(sparse.Network.of(marks), 1.3, [0.4]))
    ours = sparse.posterior(cell)

    np.testing.assert_allclose(ours.quality, exact.quality, atol=1e-8)
    np.testing.assert_allclose(ours.leniency, exact.leniency, atol=1e-8)


def test_reruns_change_no_bit():
    marks = marks_of(panels(400, 150, 3))

    first, again = sparse.fit(marks), sparse.fit(marks)

    for one, other in zip(
        first.quality() + first.leniency(), again.quality() + again.leniency(), strict=True
    ):
        assert one.tobytes() == other.tobytes()
    assert first.likelihood_ratio == again.likelihood_ratio


def test_equal_marks_leave_no_doubt_and_no_severity():
    marks = severity.tabulate(
        ScoredReview(submission=f"w{work:03}", expert=f"e{expert:03}", score=70)
        for work, expert in sorted(set(panels(120, 60, 3)))
    )

    model = sparse.fit(marks)

    np.testing.assert_allclose(model.quality()[0], 70)
    np.testing.assert_allclose(model.quality()[1], 0)
    np.testing.assert_allclose(model.leniency()[0], 0)


def test_number_of_experts_decides_the_way(monkeypatch):
    marks = marks_of(panels(300, 60, 3))
    assert len(fitting.fit(marks).weight) == 81

    monkeypatch.setattr(fitting, "DENSE_EXPERTS", 59)

    assert len(fitting.fit(marks).weight) < 81


def link_of(size, *, seed=3):
    """K with a few columns far from sparse, as large panels leave."""
    rng = np.random.default_rng(seed)
    near = np.where(rng.random((size, size)) < 0.1, rng.random((size, size)), 0.0)
    near = np.triu(near, 1) + np.triu(near, 1).T
    far = rng.random((size, 2)) * 0.03
    whole = near / (1.5 * np.abs(np.linalg.eigvalsh(near)).max())
    own = (far**2).sum(axis=1)
    link = quadrature.Link(near=csr_array(whole), far=csr_array(far), own=own)
    return link, np.eye(size) - whole - far @ far.T + np.diag(own)


@pytest.mark.parametrize("degree", [2, 3])
def test_log_determinant_and_forms_equal_those_of_the_whole_matrix(degree):
    link, matrix = link_of(80)
    drawn = quadrature.sample(link, 400, 30, 1e-8)
    rows = csr_array(np.random.default_rng(1).random((6, 80)) * 0.1)

    determinant = quadrature.trace(link, drawn, np.log, degree)
    forms = quadrature.forms(link, drawn, rows)

    assert determinant == pytest.approx(np.linalg.slogdet(matrix)[1], abs=0.02)
    whole = np.diag(rows.toarray() @ np.linalg.inv(matrix) @ rows.toarray().T)
    np.testing.assert_allclose(forms, whole, rtol=0.01)
