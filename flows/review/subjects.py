"""What an expert can judge, in the expert's own words: assignment compares works with them."""

from collections.abc import Sequence
from datetime import datetime

from schemas.cluster import Expert
from schemas.errors import BadInput
from schemas.people import Actor
from storage.work import Work

MOST_SUBJECTS = 20
LONGEST_SUBJECT = 100


def name_subjects(
    work: Work, expert_id: str, subjects: Sequence[str], *, by: Actor, now: datetime
) -> Expert:
    """Counts for the next assignment; naming the same again changes nothing.

    Raises ``BadInput`` for more than can be compared or for sentences instead of subjects.
    """
    named = tuple(dict.fromkeys(" ".join(one.split()) for one in subjects if one.strip()))
    if len(named) > MOST_SUBJECTS:
        raise BadInput(
            f"Назовите не больше {MOST_SUBJECTS} предметов и тем: главное затеряется.",
            field="subjects",
        )
    long = [one for one in named if len(one) > LONGEST_SUBJECT]
    if long:
        raise BadInput(
            f"Пишите короче, по одному предмету на строке: «{long[0][:40]}…» длиннее "
            f"{LONGEST_SUBJECT} знаков.",
            field="subjects",
        )
    expert = work.experts.get(expert_id)
    if named == expert.specialisations:
        return expert
    work.journal.write(by, action="subjects_named", kind="expert", subject_id=expert.id, now=now)
    return work.experts.save(expert.model_copy(update={"specialisations": named}))
