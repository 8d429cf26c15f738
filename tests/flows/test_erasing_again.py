"""An older copy forgets again whom the lost installation had forgotten."""

import builders
import pytest

from flows import erasing, erasing_again
from schemas.errors import BadInput
from schemas.people import Role
from schemas.settings import Settings
from storage.backup import backup, restore
from storage.identifiers import new_id
from storage.installation import open_installation


@pytest.fixture
def person(installation):
    with installation.begin() as work:
        return builders.a_person(work)


@pytest.fixture
def listed(installation, person, now, tmp_path):
    """The list, after a backup was made and the person erased."""
    backup(installation, tmp_path / "before.tar")
    with installation.begin() as work:
        erasing.erase(work, person, files=installation.files, now=now)
        return "\n".join(erasing_again.lines(work))


@pytest.fixture
def restored(listed, tmp_path):
    opened = open_installation(Settings(data=tmp_path / "restored"))
    restore(opened, tmp_path / "before.tar")
    yield opened
    opened.close()


def test_restored_copy_erases_whom_the_list_names_without_another_letter(
    restored, listed, person, now
):
    ids = erasing_again.read_list(listed)

    assert erasing_again.erase_again(restored, ids, now=now) == (1, 0)
    assert erasing_again.erase_again(restored, ids, now=now) == (0, 0)

    with restored.begin(read_only=True) as work:
        assert work.people.get(person.id).email is None
        assert work.notices.all() == []
        assert list(work.journal.broken()) == []


def test_list_holds_nothing_personal(listed, person):
    assert person.id in listed
    assert person.email not in listed
    assert not any(part in listed for part in person.name.split())


def test_people_the_copy_does_not_know_are_passed_over(installation, now):
    assert erasing_again.erase_again(installation, [new_id()], now=now) == (0, 0)


def test_last_administrator_is_counted_as_left(installation, person, now):
    with installation.begin() as work:
        work.roles.give(person.id, Role.ADMINISTRATOR)

    assert erasing_again.erase_again(installation, [person.id], now=now) == (0, 1)
    with installation.begin(read_only=True) as work:
        assert work.people.get(person.id) == person


def test_line_that_is_no_id_is_named():
    with pytest.raises(BadInput) as refusal:
        erasing_again.read_list(f"{new_id()} 2026-01-01T00:00:00+00:00\nИванова\n")

    assert "Строка 2" in refusal.value.sentence
