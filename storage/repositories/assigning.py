"""Plans, and what they are made from: conflicts of interest, wishes, sentence vectors."""

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, or_
from sqlmodel import Session, col, select

from schemas.assignment import (
    Assignment,
    Plan,
    PlanKind,
    PlanOutline,
    PlanStatus,
    Preference,
)
from schemas.conflict import Suspicion, SuspicionStatus
from storage.identifiers import new_id
from storage.repositories.parts import BATCH
from storage.repositories.rows import Repository
from storage.tables.works import (
    ConflictRow,
    MeaningRow,
    PlanAffinityRow,
    PlanRow,
    PreferenceRow,
    SubmissionRow,
    SuspicionRow,
)


class Conflicts(Repository[ConflictRow, Assignment]):
    """Declared and confirmed conflicts of interest as (submission id, expert id) pairs."""

    row = ConflictRow

    def declare(self, submission_id: str, expert_id: str, reason: str) -> None:
        same = select(ConflictRow).where(
            ConflictRow.submission_id == submission_id, ConflictRow.expert_id == expert_id
        )
        if self.session.exec(same).first() is None:
            self.session.add(
                ConflictRow(
                    id=new_id(), submission_id=submission_id, expert_id=expert_id, reason=reason
                )
            )
            self.session.flush()

    def take_back(self, submission_id: str, expert_id: str, reason: str) -> None:
        """Forget what was declared for this reason; what an expert declared stays."""
        self.session.exec(
            delete(ConflictRow).where(
                col(ConflictRow.submission_id) == submission_id,
                col(ConflictRow.expert_id) == expert_id,
                col(ConflictRow.reason) == reason,
            )
        )

    def of_expert(self, expert_id: str, reason: str) -> list[str]:
        """Ids of works the expert has a conflict with for this reason."""
        statement = select(ConflictRow.submission_id).where(
            ConflictRow.expert_id == expert_id, ConflictRow.reason == reason
        )
        return sorted(self.session.exec(statement).all())

    def pairs(self, marathon_id: str) -> list[tuple[str, str]]:
        statement = (
            select(ConflictRow.submission_id, ConflictRow.expert_id)
            .join(SubmissionRow, col(SubmissionRow.id) == col(ConflictRow.submission_id))
            .where(SubmissionRow.marathon_id == marathon_id)
        )
        return sorted(self.session.exec(statement).all())


class Suspicions(Repository[SuspicionRow, Suspicion]):
    """Potential conflicts of interest and what people decided about them."""

    row = SuspicionRow
    schema = Suspicion
    order = ("submission_id", "expert_id", "source")

    def of_marathon(
        self, marathon_id: str, *, status: SuspicionStatus | None = None
    ) -> list[Suspicion]:
        here = [SuspicionRow.marathon_id == marathon_id]
        return self.where(*here, *([SuspicionRow.status == status] if status else []))

    def naming(self, words: Iterable[str]) -> list[Suspicion]:
        """Those whose evidence has one of these texts in it."""
        evidence = col(SuspicionRow.evidence)
        return self.where(or_(*(evidence.contains(one, autoescape=True) for one in words)))


class Preferences(Repository[PreferenceRow, Preference]):
    row = PreferenceRow
    schema = Preference
    order = ("submission_id", "expert_id")

    def of_marathon(self, marathon_id: str) -> list[Preference]:
        works = select(SubmissionRow.id).where(SubmissionRow.marathon_id == marathon_id)
        return self.where(col(PreferenceRow.submission_id).in_(works))

    def of_expert(self, expert_id: str) -> list[Preference]:
        return self.where(PreferenceRow.expert_id == expert_id)

    def say(self, preference: Preference) -> None:
        """Keep the wish in place of an earlier one about the same work."""
        earlier = self.first(
            PreferenceRow.submission_id == preference.submission_id,
            PreferenceRow.expert_id == preference.expert_id,
        )
        if earlier is None:
            self.add(preference)
        elif earlier.wish is not preference.wish:
            self.save(preference.model_copy(update={"id": earlier.id}))

    def take_back(self, submission_id: str, expert_id: str) -> None:
        self.session.exec(
            delete(PreferenceRow).where(
                col(PreferenceRow.submission_id) == submission_id,
                col(PreferenceRow.expert_id) == expert_id,
            )
        )


class Meanings:
    """Sentence vectors, computed once per text and model."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def known(self, model: str, texts: Iterable[str]) -> dict[str, bytes]:
        """Vector (little-endian 32-bit floats) by the SHA-256 of the text, for these texts."""
        wanted, found = sorted(texts), {}
        for start in range(0, len(wanted), BATCH):
            statement = select(MeaningRow.sha256, MeaningRow.vector).where(
                MeaningRow.model == model,
                col(MeaningRow.sha256).in_(wanted[start : start + BATCH]),
            )
            found.update(dict(self.session.exec(statement).all()))
        return found

    def keep(self, model: str, vectors: Mapping[str, bytes]) -> None:
        """Remember the vectors that are not known yet."""
        fresh = sorted(vectors.keys() - self.known(model, vectors).keys())
        self.session.add_all(
            MeaningRow(id=new_id(), model=model, sha256=sha256, vector=vectors[sha256])
            for sha256 in fresh
        )
        self.session.flush()


class Plans(Repository[PlanRow, Plan]):
    row = PlanRow
    schema = Plan
    order = ("made_at", "id")

    def of_marathon(self, marathon_id: str) -> list[Plan]:
        return self.where(PlanRow.marathon_id == marathon_id)

    def keep_affinity(self, plan_id: str, packed: bytes) -> None:
        """Keep the affinities a plan was made from, in place of earlier ones."""
        self.session.exec(delete(PlanAffinityRow).where(col(PlanAffinityRow.plan_id) == plan_id))
        self.session.add(PlanAffinityRow(id=new_id(), plan_id=plan_id, packed=packed))
        self.session.flush()

    def affinity(self, plan_id: str) -> bytes:
        """The affinities a plan was made from, packed; empty when none were kept."""
        statement = select(PlanAffinityRow.packed).where(PlanAffinityRow.plan_id == plan_id)
        return self.session.exec(statement).first() or b""

    def of(self, marathon_id: str, *, status: PlanStatus) -> list[Plan]:
        return self.where(PlanRow.marathon_id == marathon_id, PlanRow.status == status)

    def proposed(self, marathon_id: str) -> Plan | None:
        """The newest plan that waits for a yes; trials only show what would be."""
        waiting = select(PlanRow).where(
            PlanRow.marathon_id == marathon_id,
            PlanRow.status == PlanStatus.PROPOSED,
            PlanRow.kind != PlanKind.WHAT_IF,
        )
        newest = waiting.order_by(col(PlanRow.made_at).desc(), col(PlanRow.id).desc()).limit(1)
        found = self.read_all(self.session.exec(newest).all())
        return found[0] if found else None

    def outlines(self, marathon_id: str) -> list[PlanOutline]:
        """The marathon's plans, newest first, without their problems and results."""
        names = tuple(PlanOutline.model_fields)
        here = select(*(getattr(PlanRow, name) for name in names)).where(
            PlanRow.marathon_id == marathon_id
        )
        newest = here.order_by(col(PlanRow.made_at).desc(), col(PlanRow.id).desc())
        rows = self.session.connection().execute(newest).mappings()
        return [PlanOutline.model_validate(dict(row)) for row in rows]
