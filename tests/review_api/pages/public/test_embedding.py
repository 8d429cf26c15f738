"""The list of articles inside the pages of others."""

import pytest

from schemas.collection import Edition, EditionStatus
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id
from tests import builders


@pytest.fixture
def published(installation, open_marathon, now):
    with installation.begin() as work:
        home, other, *_ = work.municipalities.all()
        facts = {"status": SubmissionStatus.PUBLISHED}
        works = [
            builders.a_submission(work, open_marathon, home, title="Лёд на реке", **facts),
            builders.a_submission(work, open_marathon, other, title="Дробь <b>", **facts),
        ]
        work.editions.add(
            Edition(
                id=new_id(),
                marathon_id=open_marathon.id,
                number=1,
                status=EditionStatus.PUBLISHED,
                built_at=now,
                published_at=now,
                articles=tuple(one.id for one in works),
            )
        )
    return f"/marathons/{open_marathon.id}/collection", home


def test_only_the_embedded_list_may_stand_in_other_sites(client, published):
    base, _ = published
    inside = client.get(f"{base}/embedded")
    assert "frame-ancestors *" in inside.headers["content-security-policy"]
    assert "script" not in inside.text
    assert "set-cookie" not in inside.headers
    outside = client.get(base)
    assert "frame-ancestors 'self'" in outside.headers["content-security-policy"]


def test_links_lead_out_of_the_frame_and_titles_stay_text(client, published):
    page = client.get(f"{published[0]}/embedded").text
    assert '<base target="_blank">' in page
    assert "Дробь &lt;b&gt;" in page


def test_the_filters_of_the_catalogue_are_kept_in_the_code_to_insert(client, published):
    base, home = published
    page = client.get(f"{base}?place={home.name}").text
    assert "embedded?place=" in page
    narrowed = client.get(f"{base}/embedded?place={home.name}").text
    assert "Лёд на реке" in narrowed
    assert "Дробь" not in narrowed
    found = client.get(f"{base}/embedded?q=лед").text
    assert "Лёд на реке" in found
    assert "Дробь" not in found


def test_there_is_no_list_before_a_collection_is_published(client, open_marathon):
    assert client.get(f"/marathons/{open_marathon.id}/collection/embedded").status_code == 404
