"""Two webs and two workers on PostgreSQL and a bucket: any of them dies, nothing is lost or doubled."""

import hashlib

import pytest
from buckets import new_bucket, served_store
from crash import promises
from crash.machines import KEY, Machines
from crash.season import Season, padded
from restarted import own_postgres

from schemas.settings import Settings
from storage.installation import open_installation
from storage.schema_version import migrate

STAGES = ("upload", "check", "assign", "review", "decide", "compile", "certify")
DYING = ("web", "worker", "run", "runner", "prefect")
EACH = 2  # deaths in a stage


@pytest.fixture
def address():
    with own_postgres() as server:
        server.psql("CREATE DATABASE crash;")
        migrate(server.get_uri("crash"))
        yield server.get_uri("crash")


@pytest.fixture
def bucket():
    with served_store() as store:
        yield new_bucket(store)


@pytest.fixture
def machines(address, bucket, tmp_path, soak):
    opened = Machines(tmp_path, database=address, bucket=bucket, whole=soak)
    yield opened
    opened.close()


@pytest.fixture
def installation(address, bucket, tmp_path):
    opened = open_installation(
        Settings(
            data=tmp_path / "test",
            database_url=address,
            files_url=bucket,
            secret_key=KEY,
            text_model="off",
        )
    )
    yield opened
    opened.close()


def test_what_one_web_took_is_there_when_it_dies(machines, installation):
    """Files come in parts to both of them; the first dies in the middle and its disk is lost."""
    season = Season(machines, installation, "Марафон на двух машинах", works=2)
    machines.start()
    machines.until_well()
    with machines.under_fire([("committed", "web")], random_kills=1, parts=("web",)):
        season.upload()
        machines.eventually(lambda: sum(machines.kills.values()) > 1, "nobody died")
    machines.until_well()

    assert not machines.broken
    assert not list(promises.lost(installation, season.said))
    with installation.begin(read_only=True) as work:
        assert not list(promises.doubled(work))
        [whole] = [one for one in work.files.all() if one.size > len(padded(b""))]
    assert hashlib.sha256(installation.files.read(whole.sha256)).hexdigest() == whole.sha256


def test_a_season_outlives_the_death_of_any_machine(machines, installation, soak):
    if not soak:
        pytest.skip("a season on six processes takes many minutes: make soak ARGS=tests/crash")
    season = Season(machines, installation, "Марафон на шести машинах", works=3)
    machines.start()
    machines.until_well()
    for stage in STAGES:
        with machines.under_fire([], random_kills=EACH, parts=DYING):
            getattr(season, stage)()
    season.letters()

    def rests():
        with installation.begin(read_only=True) as work:
            return not list(promises.unfinished(work))

    machines.eventually(rests, "the machines do not come to rest", seconds=1500)
    machines.stop()
    assert sum(machines.kills.values()) >= len(STAGES)
    assert not machines.broken
    assert not list(promises.lost(installation, season.said))
    assert not promises.broken(installation)
    assert not list(
        promises.letters_handed_over_twice(machines.post, allowed=sum(machines.kills.values()))
    )
