"""Questions to several repositories at once; nothing is written here."""

from schemas.submission import Submission
from storage.work import Work


def hidden_names(work: Work, submission: Submission) -> tuple[str, ...]:
    """What the anonymised copy must not show: authors, organisations, municipalities."""
    names: dict[str, None] = {}
    for author in submission.authors:
        municipality = work.municipalities.get(author.municipality_id)
        for name in (author.name, author.organisation, municipality.name, *municipality.aliases):
            if name:
                names[name] = None
    return tuple(names)
