"""Questions to several repositories at once; nothing is written here."""

from collections.abc import Iterable, Mapping

from schemas.cluster import Municipality, Organisation
from schemas.person_names import names_in
from schemas.submission import Submission
from storage.work import Work

Names = tuple[str, ...]


def hidden_names(work: Work, submission: Submission) -> Names:
    """What the anonymised copy must not show: authors, mentors, organisations, municipalities.

    Organisations and municipalities by every name the registry knows them by.
    """
    return hidden_names_by_work(work, [submission])[submission.id]


def hidden_names_by_work(work: Work, submissions: Iterable[Submission]) -> dict[str, Names]:
    """The same for many works, by their ids."""
    works = list(submissions)
    authors = [author for one in works for author in one.authors]
    places = work.municipalities.many(author.municipality_id for author in authors)
    schools = work.organisations.many(
        author.organisation_id for author in authors if author.organisation_id
    )
    return {one.id: names_of(one, places, schools) for one in works}


def names_of(
    submission: Submission,
    places: Mapping[str, Municipality],
    schools: Mapping[str, Organisation],
) -> Names:
    names = [mentor.written for mentor in names_in(submission.mentor)]
    for author in submission.authors:
        place, school = places[author.municipality_id], schools.get(author.organisation_id or "")
        names += [author.name, author.organisation]
        names += [school.name, school.short_name] if school else []
        names += [place.name, *place.aliases]
    return tuple(dict.fromkeys(name for name in names if name))
