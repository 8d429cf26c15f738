"""What affinities are computed from: profiles, wishes and sentence vectors of a marathon.

Vectors are made once per text by ``learn``, outside any writing transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from flows.assignment.affinity import encoder, meaning
from flows.assignment.affinity.arrays import affinity_arrays
from flows.assignment.affinity.explanation import explain
from flows.assignment.affinity.profiles import (
    ExpertProfile,
    WorkProfile,
    expert_profile,
    work_profile,
)
from flows.assignment.affinity.views import Pool, pool_of
from flows.assignment.affinity_arrays import AffinityArrays
from schemas.affinity import Explanation
from schemas.assignment import Wish
from schemas.cluster import Expert
from schemas.marathon import AffinityWeights, Marathon
from schemas.submission import Submission, SubmissionStatus
from storage.installation import Installation
from storage.work import Work

TO_COMPARE = (SubmissionStatus.CHECKED, SubmissionStatus.IN_REVIEW)
CHUNK = 64  # texts kept in one transaction


@dataclass(frozen=True)
class Compared:
    """Works and experts of a marathon with everything their affinities are made of."""

    works: Sequence[WorkProfile]
    experts: Sequence[ExpertProfile]
    weights: AffinityWeights
    vectors: Mapping[str, bytes]
    wishes: Mapping[tuple[str, str], Wish]

    @cached_property
    def pool(self) -> Pool:
        return pool_of(
            self.works,
            self.experts,
            weights=self.weights,
            vectors=self.vectors,
            wishes=self.wishes,
        )

    def explain(self, submission_id: str, expert_id: str) -> Explanation | None:
        """Why the expert fits the work as they do; None when either is not compared."""
        work = next((one for one in self.works if one.id == submission_id), None)
        expert = next((one for one in self.experts if one.id == expert_id), None)
        return explain(self.pool, work, expert) if work and expert else None

    def arrays(self) -> AffinityArrays:
        """Positions are those of ``works`` and ``experts``."""
        return affinity_arrays(
            self.works,
            self.experts,
            weights=self.weights,
            vectors=self.vectors,
            wishes=self.wishes,
        )


def compare(
    work: Work,
    marathon: Marathon,
    submissions: Sequence[Submission],
    experts: Sequence[Expert],
    *,
    model: str,
) -> Compared:
    """``model`` is ``encoder.model_name`` of the installation's setting, empty for none."""
    works = [work_profile(one) for one in submissions]
    people = [expert_profile(one) for one in experts]
    texts = meaning.texts_of(works, people) if model else {}
    wishes = work.preferences.of_marathon(marathon.id)
    return Compared(
        works=works,
        experts=people,
        weights=marathon.assignment.weights,
        vectors=work.meanings.known(model, texts) if model else {},
        wishes={(one.submission_id, one.expert_id): one.wish for one in wishes},
    )


def learn(installation: Installation, marathon_id: str) -> int:
    """Make the sentence vectors that the marathon's works and experts lack; returns how many.

    Takes about 30 ms of processor a text. Killed half-way, it goes on from there.
    """
    model = encoder.model_name(installation.settings.text_model)
    if not model:
        return 0
    with installation.begin(read_only=True) as work:
        texts = unknown_texts(work, marathon_id, model)
    reader = encoder.load(installation.settings.text_model) if texts else None
    if reader is None:
        return 0
    for chunk in chunks(texts):
        vectors = reader.vectors(chunk)
        with installation.begin() as work:
            work.meanings.keep(model, vectors)
    return len(texts)


def unknown_texts(work: Work, marathon_id: str, model: str) -> dict[str, str]:
    """Texts of the marathon's works that wait and of its experts, by key, without a vector."""
    marathon = work.marathons.get(marathon_id)
    submissions = work.submissions.of_marathon(marathon_id, status=TO_COMPARE)
    experts = work.experts.of_cluster(marathon.cluster_id)
    texts = meaning.texts_of(map(work_profile, submissions), map(expert_profile, experts))
    known = work.meanings.known(model, texts)
    return {key: texts[key] for key in sorted(texts.keys() - known.keys())}


def chunks(texts: Mapping[str, str]) -> Iterator[dict[str, str]]:
    left = iter(texts.items())
    while chunk := dict(islice(left, CHUNK)):
        yield chunk
