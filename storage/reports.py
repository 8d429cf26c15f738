"""Questions to several repositories at once; nothing is written here."""

from schemas.person_names import names_in
from schemas.submission import Submission
from storage.work import Work


def hidden_names(work: Work, submission: Submission) -> tuple[str, ...]:
    """What the anonymised copy must not show: authors, mentors, organisations, municipalities.

    Organisations and municipalities by every name the registry knows them by.
    """
    authors = submission.authors
    places = work.municipalities.many(author.municipality_id for author in authors)
    schools = work.organisations.many(
        author.organisation_id for author in authors if author.organisation_id
    )
    names = [mentor.written for mentor in names_in(submission.mentor)]
    for author in authors:
        place, school = places[author.municipality_id], schools.get(author.organisation_id or "")
        names += [author.name, author.organisation]
        names += [school.name, school.short_name] if school else []
        names += [place.name, *place.aliases]
    return tuple(dict.fromkeys(name for name in names if name))
