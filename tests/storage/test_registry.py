"""The naming trap: every spelling finds its member, and two members stay two."""

import unicodedata

import builders
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.cluster import Municipality, Organisation
from schemas.errors import BadInput, Conflict
from schemas.places import place_key
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases

MEMBERS = {
    "город Бодайбо и район": (
        "Бодайбо",
        "г. Бодайбо",
        "Бодайбинский район",
        "г. Бодайбо и район",
    ),
    "город Усть-Илимск": (),
    "Казачинско-Ленский район": (),
    "Катангский район": (),
    "Киренский район": ("г. Киренск",),
    "Мамско-Чуйский район": (),
    "Нижнеилимский район": ("г. Железногорск-Илимский",),
    "Усть-Илимский район": (),
    "Усть-Кутский район": ("г. Усть-Кут", "Усть-Кутское муниципальное образование"),
}
SPELLINGS = {
    "город Усть-Илимск": (
        "г.Усть-Илимск",
        "Г. УСТЬ-ИЛИМСК",
        "Усть-Илимск город",
        "гор. Усть-Илимск",
        "г. Усть‑Илимск",
        "г. Усть–Илимск",
        "г. Усть - Илимск",
        "  город   Усть-Илимск ",
        "г\u00a0Усть-Илимск",
    ),
    "Усть-Илимский район": ("Усть-Илимский р-н", "район Усть-Илимский", "УСТЬ—ИЛИМСКИЙ РАЙОН"),
    "Усть-Кутский район": (
        "Усть-Кутское МО",
        "г. Усть-Кут",
        "Усть-Кут, г.",
        "усть-кутский   район",
        "Усть-Кутское муниципальное образование",
    ),
    "Нижнеилимский район": ("г.Железногорск-Илимский", "Железногорск-Илимский г."),
    "Киренский район": ("г. Киренск", "Киренск город", "Киренский р-н"),
    "город Бодайбо и район": ("г. Бодайбо и район", "Бодайбинский р-н"),
}


@pytest.fixture
def cluster(work):
    found = builders.a_cluster(work)
    for name, aliases in MEMBERS.items():
        builders.a_municipality(work, found, name, aliases=aliases)
    return found


@pytest.mark.parametrize("member", SPELLINGS)
def test_every_spelling_finds_its_member_composed_or_not(work, cluster, member):
    for spelt in SPELLINGS[member]:
        for form in ("NFC", "NFD"):
            name = unicodedata.normalize(form, spelt)
            assert work.municipalities.resolve(cluster.id, name).name == member


def test_town_and_district_of_almost_one_name_are_two_members(work, cluster):
    town = work.municipalities.resolve(cluster.id, "г. Усть-Илимск")
    district = work.municipalities.resolve(cluster.id, "Усть-Илимский район")

    assert town.id != district.id


def test_bare_name_of_a_town_is_not_guessed_between_two_members(work, cluster):
    with pytest.raises(BadInput) as refusal:
        work.municipalities.resolve(cluster.id, "Усть-Илимск")

    assert "Усть-Илимск" in refusal.value.sentence
    assert "город Усть-Илимск" in refusal.value.sentence


def test_unknown_name_is_refused_with_the_members_it_may_mean(work, cluster):
    with pytest.raises(BadInput) as refusal:
        work.municipalities.resolve(cluster.id, "Кatангский раён")  # a Latin «a» within

    assert refusal.value.code == "unknown_municipality"
    assert "Катангский район" in refusal.value.sentence


def test_name_of_one_member_cannot_become_the_alias_of_another(work, cluster):
    kirensk = work.municipalities.resolve(cluster.id, "Киренский район")
    stolen = kirensk.model_copy(update={"aliases": (*kirensk.aliases, "Г. УСТЬ-КУТ")})

    with pytest.raises(Conflict) as refusal:
        work.municipalities.save(stolen)

    assert "Усть-Кутский район" in refusal.value.sentence
    assert work.municipalities.get(kirensk.id) == kirensk


def test_two_members_cannot_be_registered_under_spellings_of_one_name(work, cluster):
    with pytest.raises(Conflict):
        builders.a_municipality(work, cluster, "Г.УСТЬ-ИЛИМСК")


def test_same_name_is_free_in_another_cluster(work, cluster):
    other = builders.a_cluster(work, name="Кластер 2")

    assert builders.a_municipality(work, other, "город Усть-Илимск").cluster_id == other.id


def test_aliases_can_be_replaced_and_are_then_forgotten(work, cluster):
    kirensk = work.municipalities.resolve(cluster.id, "Киренск город")
    work.municipalities.save(kirensk.model_copy(update={"aliases": ("Киренское МО",)}))

    assert work.municipalities.resolve(cluster.id, "МО Киренское").id == kirensk.id
    with pytest.raises(BadInput):
        work.municipalities.resolve(cluster.id, "Киренск город")


def test_places_that_count_as_one_are_known_as_pairs(work, cluster):
    town = work.municipalities.resolve(cluster.id, "г. Усть-Илимск")
    district = work.municipalities.resolve(cluster.id, "Усть-Илимский район")
    work.municipalities.save(town.model_copy(update={"same_place": (district.id,)}))

    assert work.municipalities.same_place_pairs(cluster.id) == [(town.id, district.id)]


def test_organisation_is_found_by_full_and_short_name_within_its_municipality(work, cluster):
    home, other = work.municipalities.all()[:2]
    school = work.organisations.add(
        Organisation(
            id=new_id(),
            municipality_id=home.id,
            name="Муниципальное бюджетное учреждение «Школа № 7»",
            short_name="МБОУ «СОШ № 7»",
        )
    )

    assert work.organisations.by_name(home.id, "мбоу сош № 7") == school
    assert work.organisations.by_name(home.id, school.name.upper()) == school
    assert work.organisations.by_name(other.id, school.name) is None
    assert work.organisations.by_name(home.id, "МБОУ «СОШ № 17»") is None


def test_inactive_experts_are_left_out_unless_asked_for(work, cluster):
    home = work.municipalities.all()[0]
    active = builders.an_expert(work, home)
    gone = builders.an_expert(work, home, active=False)

    assert work.experts.of_cluster(cluster.id) == [active]
    assert {one.id for one in work.experts.of_cluster(cluster.id, active=False)} == {
        active.id,
        gone.id,
    }


PLAIN = st.text(st.characters(min_codepoint=0x0430, max_codepoint=0x044F), min_size=2, max_size=9)


@given(PLAIN, PLAIN, st.sampled_from("-‐‑–—−"), st.sampled_from(["", " "]))
def test_case_form_hyphen_and_spaces_never_matter(first, second, hyphen, gap):
    plain = f"город {first}-{second}"
    odd = unicodedata.normalize("NFD", f" Г.{gap} {first.upper()}{gap}{hyphen}{gap}{second}  ")

    assert place_key(odd) == place_key(plain)


@given(PLAIN)
def test_town_never_has_the_key_of_a_district(name):
    assert place_key(f"город {name}") != place_key(f"{name} район")


def test_municipality_without_aliases_reads_back_equal(work, cluster):
    member = Municipality(id=new_id(), cluster_id=cluster.id, name="Посёлок Тестовый")

    assert work.municipalities.add(member) == work.municipalities.get(member.id)
