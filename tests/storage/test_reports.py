"""What several repositories know together."""

import builders

from schemas.cluster import Organisation
from storage.identifiers import new_id
from storage.reports import hidden_names


def test_school_is_hidden_under_every_name_the_registry_has_for_it(work):
    home = builders.a_municipality(work, builders.a_cluster(work), aliases=("Илимский городок",))
    school = work.organisations.add(
        Organisation(
            id=new_id(),
            municipality_id=home.id,
            name="МАОУ «Лицей «Северное сияние»",
            short_name="Лицей «Северное сияние»",
        )
    )
    person = builders.a_person(work)
    author = builders.an_author(
        person, home, organisation="Северное сияние", organisation_id=school.id
    )
    one = builders.a_submission(
        work, builders.a_marathon(work), home, owner_id=person.id, authors=(author,)
    )

    hidden = hidden_names(work, one)

    assert {school.name, school.short_name, "Северное сияние", home.name, person.name} <= {*hidden}
    assert set(home.aliases) <= {*hidden}
