"""What anybody may take of a published edition: the collection, and nothing about works left out."""

import json

import pytest
from builders import a_cluster, a_decided_work, a_marathon, consents, members
from compiled_volume import compiled, with_file

from flows.compilation import operations, publishing
from schemas.marathon import Phase
from schemas.submission import ConsentKind

SECRET = "Канареечный круг"


@pytest.fixture
def published(installation, organiser, now):
    """An edition for which one approved work lacked a consent."""
    with installation.begin() as work:
        cluster = a_cluster(work)
        home, *_ = members(work, cluster)
        marathon = a_marathon(work, cluster, phase=Phase.RESULTS)
        with_file(work, installation, a_decided_work(work, marathon, home))
        barred = {"title": SECRET, "consents": consents(ConsentKind.PROCESSING)}
        with_file(work, installation, a_decided_work(work, marathon, home, **barred))
        edition = compiled(work, installation, marathon, organiser, now)
        return publishing.publish(work, edition.id, by=organiser, now=now)


def test_nothing_public_tells_of_works_that_were_left_out(client, published, installation):
    address = f"/marathons/{published.marathon_id}/collection/files"
    inside = [one.path for one in published.artefacts]
    open_ones = [path for path in inside if client.get(f"{address}/{path}").status_code == 200]

    assert set(inside) - set(open_ones) == {"build.json", "problems.json"}
    record = operations.content(published, installation.files, "build.json")
    assert SECRET in json.dumps(json.loads(record), ensure_ascii=False)
