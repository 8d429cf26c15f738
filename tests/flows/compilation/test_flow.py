"""What happens while an edition is being built: people leave, authors correct."""

import builders
import pytest
from compiled_volume import with_file

from flows import erasing
from flows.compilation import flow, proof_corrections
from flows.documents.printing import cache
from flows.runtime.conduct import Progress, clock
from schemas.errors import BadInput, Conflict
from schemas.people import Actor
from schemas.submission import Author


class Meanwhile(Progress):
    """Something that happens once in the middle of a build, or each time it begins again."""

    def __init__(self, happens, times=1):
        super().__init__(None)
        self.happens, self.left = happens, times

    def say(self, share, message):
        super().say(share, message)
        if message.startswith("Собираем EPUB") and self.left:
            self.left -= 1
            self.happens()


@pytest.fixture
def people(opened):
    """Two authors, a work each, and the marathon."""
    with opened.begin() as work:
        cluster = builders.a_cluster(work)
        place = builders.members(work, cluster)[0]
        marathon = builders.a_marathon(work, cluster)
        authors = [builders.a_person(work, name=name) for name in NAMES]
        for person in authors:
            lines = (Author(name=person.name, municipality_id=place.id, person_id=person.id),)
            one = builders.a_decided_work(
                work, marathon, place, owner_id=person.id, authors=lines, title=f"О {person.name}"
            )
            with_file(work, opened, one, text=f"Опыт, которым делится {person.name}.")
    return marathon, authors


NAMES = ("Ольхина Вера Ильинична", "Кедров Пётр Львович")


def erase(opened, person):
    with opened.begin() as work:
        folder = opened.settings.data / cache.TYPESET
        found = work.people.get(person.id)
        erasing.erase(work, found, files=opened.files, caches=[folder], now=clock())


def kept_words(opened):
    folder = opened.settings.data / cache.TYPESET
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_nobody_who_left_during_a_build_stays_in_the_edition_the_cache_or_the_store(opened, people):
    marathon, (gone, stays) = people
    progress = Meanwhile(lambda: erase(opened, gone))

    edition = flow.build(flow.gather(marathon.id), progress)

    with opened.begin(read_only=True) as work:
        works = work.submissions.many(edition.articles).values()
        assert work.editions.of_marathon(marathon.id) == [edition]
    assert [one.authors[0].name for one in works] == [stays.name]
    stored = b"".join(path.read_bytes() for path in opened.files.all())
    assert "Кедров".encode() in stored
    assert "Ольхина".encode() not in stored
    assert "Ольхина".encode() not in kept_words(opened)


def test_when_nothing_is_left_to_print_the_cache_is_empty(opened, people):
    marathon, authors = people
    progress = Meanwhile(lambda: [erase(opened, one) for one in authors])

    with pytest.raises(BadInput, match="Собирать нечего"):
        flow.build(flow.gather(marathon.id), progress)

    assert kept_words(opened) == b""


def test_a_correction_sent_during_a_build_is_newer_than_the_edition(opened, people):
    marathon, (author, _) = people
    sent = []

    def correct():
        sent.append(clock())
        with opened.begin() as work:
            (one,) = work.submissions.of_person(author.id)
            better = one.model_copy(update={"title": "Исправлено"})
            by = Actor(person_id=author.id)
            proof_corrections.save_in_versions(work, one, better, by=by, now=sent[0])

    edition = flow.build(flow.gather(marathon.id), Meanwhile(correct))

    assert edition.built_at < sent[0]
    with opened.begin(read_only=True) as work:
        later = work.submission_versions.since(marathon.id, edition.built_at)
    assert "Исправлено" in [one.content.title for one in later]


def test_works_that_leave_again_and_again_end_the_build(opened, people):
    marathon, _ = people
    with opened.begin() as work:
        place = builders.a_municipality(work, work.clusters.only(), "Дальний район")
        more = [
            with_file(work, opened, builders.a_decided_work(work, marathon, place), text=f"{n}")
            for n in range(flow.ATTEMPTS)
        ]

    def withdraw():
        with opened.begin() as work:
            one = work.submissions.get(more.pop().id)
            work.submissions.save(one.model_copy(update={"consents": ()}))

    with pytest.raises(Conflict) as refused:
        flow.build(flow.gather(marathon.id), Meanwhile(withdraw, times=flow.ATTEMPTS))

    assert refused.value.code == "changed_meanwhile"
