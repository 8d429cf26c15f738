"""Peers solve the same problem, and the bench says what it measured and what it left out."""

import numpy as np
import pytest

from flows.assignment.bench import measuring, peers
from flows.assignment.bench.contest import contest, worth
from flows.assignment.bench.measuring import CONTENDERS, Contender, Task, ask
from flows.assignment.bench.synthetic import Size, problem, save_matrix
from flows.assignment.engine.instance import prepare
from schemas.assignment_problem import Policy

SIZE = Size(28, 20, 9)


@pytest.fixture
def matrix(tmp_path):
    save_matrix(tmp_path / "matrix.npy", SIZE, seed=measuring.SEED)
    return str(tmp_path / "matrix.npy")


@pytest.mark.parametrize("limit", [1, None])
@pytest.mark.parametrize("method", [peers.dense_flow, peers.linear_programme])
def test_exact_peers_agree_with_the_engine(method, limit):
    instance = prepare(problem(SIZE, seed=2, policy=Policy(max_per_municipality=limit)))

    theirs, best = worth(instance, method(instance)), worth(instance, peers.ours(instance))

    assert theirs["total"] == pytest.approx(best["total"])
    assert sum(theirs["broken"].values()) == sum(best["broken"].values()) == 0


def test_networkx_agrees_where_it_is_installed():
    pytest.importorskip("networkx")
    instance = prepare(problem(SIZE, seed=2))

    theirs = worth(instance, peers.networkx_simplex(instance))

    assert theirs["total"] == pytest.approx(worth(instance, peers.ours(instance))["total"])


def test_greedy_keeps_the_rules_and_is_no_better():
    instance = prepare(problem(SIZE, seed=2))

    figures = worth(instance, peers.greedy(instance))

    assert figures["broken"]["same_municipality"] == figures["broken"]["overloaded"] == 0
    assert figures["total"] < worth(instance, peers.ours(instance))["total"]


def test_broken_rules_are_counted():
    instance = prepare(problem(SIZE, seed=2))
    pairs = peers.ours(instance)
    twice = np.concatenate((pairs[1:], pairs[1:2]))

    broken = worth(instance, twice)["broken"]

    assert broken["reviews_missing"] == 1
    assert broken["same_municipality"] == 1


def test_contest_proves_and_checks_the_engine_s_plan(matrix):
    figures = contest(Task("ours", SIZE, diverse=True, matrix=matrix))

    assert (figures["gap"], figures["checker_objections"]) == (0, 0)
    assert figures["cpu_seconds"] > 0
    assert figures["peak_mb"] > 10


def test_child_process_answers_and_failure_is_told(matrix):
    task = Task("", SIZE, diverse=True, matrix=matrix)

    assert ask(task, "greedy", 60)["total"] > 0
    assert ask(task, "greedy", 0) == {"failed": "over 0 s"}
    assert "failed" in ask(task, "no such method", 60)


def test_missing_peer_is_left_out_with_the_way_to_install_it(monkeypatch, capsys):
    absent = Contender("absent", needs="no_such_module", advice="pip install no_such_module")
    monkeypatch.setattr(measuring, "CONTENDERS", (CONTENDERS[0], absent))

    report = measuring.run(sizes={"tiny": Size(6, 6, 4)})

    assert set(report["tiny"]["diverse"]) == {"ours"}
    assert "absent: skipped, not installed: pip install no_such_module" in capsys.readouterr().out
