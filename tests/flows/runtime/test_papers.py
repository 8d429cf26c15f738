import pytest
from builders import a_cluster, a_decided_work, a_marathon, members

from flows.programme import flow, operations, viewing
from flows.runtime import papers
from schemas.errors import Conflict
from schemas.papers import PaperKind


@pytest.fixture
def marathon(opened, organiser, now):
    with opened.begin() as work:
        cluster = a_cluster(work)
        marathon = a_marathon(work, cluster)
        a_decided_work(work, marathon, members(work, cluster)[0], decision={"live": True})
        operations.build(work, marathon.id, by=organiser, now=now)
    return marathon


def rename(opened, marathon, title):
    with opened.begin() as work:
        found = work.marathons.get(marathon.id)
        work.marathons.save(found.model_copy(update={"title": title}))


def kept(opened, marathon):
    with opened.begin(read_only=True) as work:
        found = work.papers.of(PaperKind.PROGRAMME, marathon.id)
    return {one.path: opened.files.read(one.sha256) for one in found}


def test_papers_overtaken_while_they_were_drawn_are_drawn_again(opened, marathon):
    titles = []

    def draw(seen):
        titles.append(seen.title)
        if len(titles) == 1:  # another run records the renamed programme in the meantime
            rename(opened, marathon, "Новое название")
            flow.draw(marathon.id)
        return flow.written(seen, opened)

    papers.keep_drawn(
        PaperKind.PROGRAMME,
        marathon.id,
        look=lambda work: viewing.view(work, marathon.id),
        draw=draw,
    )

    assert titles == [marathon.title, "Новое название"]
    with opened.begin(read_only=True) as work:
        now_shown = viewing.view(work, marathon.id)
    assert kept(opened, marathon) == flow.written(now_shown, opened)


def test_papers_of_what_changes_all_the_time_are_given_up_and_left_as_they_were(opened, marathon):
    flow.draw(marathon.id)
    before = kept(opened, marathon)
    attempts = []

    def draw(_seen):
        attempts.append(1)
        rename(opened, marathon, f"Название {len(attempts)}")
        return {"programme.pdf": b"stale"}

    with pytest.raises(Conflict) as refused:
        papers.keep_drawn(
            PaperKind.PROGRAMME,
            marathon.id,
            look=lambda work: viewing.view(work, marathon.id),
            draw=draw,
        )

    assert refused.value.code == "changed_meanwhile"
    assert len(attempts) == papers.ATTEMPTS
    assert kept(opened, marathon) == before
