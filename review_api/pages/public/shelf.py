"""The shelf of a published edition: what anybody may read of it, in the words it was printed in."""

from flows.compilation import rules
from review_api.access import Viewer, can
from review_api.pages.public.home import public_marathon
from review_api.pages.visit import Visit
from schemas.base import Schema
from schemas.collection import Edition
from schemas.errors import NotFound
from schemas.manifest import ArticleAuthor
from schemas.marathon import Marathon
from schemas.submission import Author, Submission
from storage.repositories.rows import MISSING
from storage.work import Work

PRINTED_WORDS = ("title", "abstract", "keywords", "authors")


class Shelf(Schema):
    """A published edition and its works that anybody may read, in the order of the volume."""

    marathon: Marathon
    edition: Edition
    articles: tuple[Submission, ...]
    places: dict[str, str]

    @property
    def address(self) -> str:
        return f"/marathons/{self.marathon.id}/collection"

    @property
    def is_whole(self) -> bool:
        """Whether everything printed in the edition may still be read."""
        return len(self.articles) == len(self.edition.articles)

    def place(self, author: Author) -> str:
        return self.places.get(author.municipality_id, "")

    def authors(self, article: Submission) -> list[ArticleAuthor]:
        return [
            ArticleAuthor(
                name=one.name,
                position=one.position,
                organisation=one.organisation,
                municipality=self.place(one),
            )
            for one in article.authors
        ]

    def byline(self, article: Submission) -> str:
        return rules.byline(self.authors(article))

    def municipalities(self, article: Submission) -> list[str]:
        return list(dict.fromkeys(self.place(one) for one in article.authors))

    def holds(self, path: str) -> bool:
        return any(one.path == path for one in self.edition.artefacts)

    def has(self, path: str) -> bool:
        """Whether the edition has such a file and all of it may still be read."""
        return self.is_whole and self.holds(path)


def open_shelf(visit: Visit, marathon_id: str) -> Shelf:
    """Raises ``NotFound`` until an edition is published."""
    marathon = public_marathon(visit, marathon_id)
    edition = visit.work.editions.published(marathon_id)
    if edition is None:
        raise NotFound(MISSING)
    return shelf_of(visit.work, marathon, edition, visit.viewer)


def shelf_of(work: Work, marathon: Marathon, edition: Edition, viewer: Viewer) -> Shelf:
    """The edition as ``viewer`` may read it."""
    works = work.submissions.many(edition.articles)
    found = (works[one] for one in edition.articles if one in works)
    shown = [one for one in found if can(viewer, "article.see", one)]
    later = work.submission_versions.since(marathon.id, edition.built_at)
    changed = {one.submission_id for one in later}
    members = work.municipalities.of_cluster(marathon.cluster_id)
    return Shelf(
        marathon=marathon,
        edition=edition,
        articles=tuple(as_built(work, one, edition) if one.id in changed else one for one in shown),
        places={one.id: one.name for one in members},
    )


def as_built(work: Work, article: Submission, edition: Edition) -> Submission:
    """The work in the words of the edition: what was corrected since waits for the next one."""
    sent = work.submission_versions.of(article.id)
    before = [one.content for one in sent if one.sent_at <= edition.built_at]
    if not before:
        return article
    return article.model_copy(update={name: getattr(before[-1], name) for name in PRINTED_WORDS})
