"""Two runs that build the same volume at one moment."""

from builders import a_cluster, a_marathon

from flows.compilation import operations
from flows.compilation.compiling import versions
from flows.compilation.delivery import RECORD
from flows.compilation.gathering import Gathered
from schemas.collection import Artefact
from schemas.manifest import Imprint
from schemas.volume import Build


def test_same_volume_kept_twice_is_one_edition(installation, work, organiser, now):
    a_cluster(work)
    gathered = Gathered(
        marathon_id=a_marathon(work).id,
        title="Сборник",
        subtitle="",
        year=2026,
        place="",
        cluster="",
        imprint=Imprint(),
        chapters=(),
    )
    build = Build(inputs=gathered.inputs(), outputs={}, versions=versions(), articles=0, pages=0)
    record = installation.files.save_bytes(build.model_dump_json().encode())
    artefacts = (Artefact(path=RECORD, **record.model_dump()),)

    def keep():
        return operations.keep(
            work, gathered, build, artefacts, files=installation.files, by=organiser, now=now
        )

    assert keep() == keep()
    assert len(work.editions.all()) == 1
