"""One transaction with every repository: the only place where anything is committed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlmodel import Session

from storage.failures import in_plain_words
from storage.repositories.assigning import Conflicts, Meanings, Plans, Preferences, Suspicions
from storage.repositories.belongings import Belongings
from storage.repositories.conversing import (
    AccessCodes,
    Extensions,
    KeptForms,
    LetterTemplates,
    Nominations,
    Proofs,
    Questions,
    SubmissionVersions,
    Uploads,
)
from storage.repositories.counting import Counting
from storage.repositories.deciding import (
    FrozenCalibrations,
    PolicyTrials,
    PolicyVersions,
    Reviews,
    Screenings,
)
from storage.repositories.files import Derivatives, SubmissionFiles
from storage.repositories.journal_pages import JournalPages
from storage.repositories.letters import Notices
from storage.repositories.many_lists import (
    AssignmentLists,
    ExpertLists,
    LetterLists,
    PeopleLists,
)
from storage.repositories.people import People, RoleGrants, Sessions, Tokens
from storage.repositories.preflight import KnownTexts, Overlaps
from storage.repositories.registry import Clusters, Experts, Municipalities, Organisations
from storage.repositories.results import (
    Certificates,
    Editions,
    Ledger,
    Meetings,
    Papers,
    ProgrammeSessions,
    Reports,
    Slots,
    Votes,
)
from storage.repositories.rubrics import Rubrics
from storage.repositories.searching import Searching
from storage.repositories.tallies import Tallies
from storage.repositories.traffic import Heartbeats, Journal, RememberedAnswers, Runs
from storage.repositories.work_lists import WorkLists
from storage.repositories.works import (
    Assignments,
    Decisions,
    Marathons,
    Submissions,
)


class Work:
    """All repositories over one transaction; ``begin`` says when it is committed.

    ``afterwards`` is what is done once it is, outside the database; ``stand_aside`` lets go on
    whoever waits in line behind this transaction.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.afterwards: list[Callable[[], None]] = []
        self.stand_aside: Callable[[], object] = lambda: None
        self.journal = Journal(session)
        self.notices = Notices(session)
        self.runs = Runs(session)
        self.clusters = Clusters(session)
        self.municipalities = Municipalities(session)
        self.organisations = Organisations(session)
        self.experts = Experts(session)
        self.people = People(session)
        self.roles = RoleGrants(session)
        self.tokens = Tokens(session)
        self.sessions = Sessions(session)
        self.rubrics = Rubrics(session)
        self.derivatives = Derivatives(session)
        self.texts = KnownTexts(session)
        self.overlaps = Overlaps(session)
        self.conflicts = Conflicts(session)
        self.suspicions = Suspicions(session)
        self.preferences = Preferences(session)
        self.meanings = Meanings(session)
        self.plans = Plans(session)
        self.reviews = Reviews(session)
        self.policy_versions = PolicyVersions(session)
        self.policy_trials = PolicyTrials(session)
        self.frozen_calibrations = FrozenCalibrations(session)
        self.screenings = Screenings(session)
        self.submission_versions = SubmissionVersions(session)
        self.extensions = Extensions(session)
        self.access_codes = AccessCodes(session)
        self.uploads = Uploads(session)
        self.proofs = Proofs(session)
        self.questions = Questions(session)
        self.nominations = Nominations(session)
        self.kept_forms = KeptForms(session)
        self.letter_templates = LetterTemplates(session)
        self.programme_sessions = ProgrammeSessions(session)
        self.slots = Slots(session)
        self.meetings = Meetings(session)
        self.votes = Votes(session)
        self.certificates = Certificates(session)
        self.ledger = Ledger(session)
        self.reports = Reports(session)
        self.papers = Papers(session)
        self.answers = RememberedAnswers(session)
        self.heartbeats = Heartbeats(session)
        self.open_moving()

    def open_moving(self) -> None:
        """Things with a status: their moves are journalled, told and followed up."""
        session, traffic = self.session, (self.journal, self.notices, self.runs)
        self.marathons = Marathons(session, *traffic)
        self.submissions = Submissions(session, *traffic)
        self.files = SubmissionFiles(session, *traffic)
        self.assignments = Assignments(session, *traffic)
        self.decisions = Decisions(session, *traffic)
        self.editions = Editions(session, *traffic)

    @property
    def search(self) -> Searching:
        return Searching(self.session)

    @property
    def work_lists(self) -> WorkLists:
        return WorkLists(self.session)

    @property
    def assignment_lists(self) -> AssignmentLists:
        return AssignmentLists(self.session)

    @property
    def letter_lists(self) -> LetterLists:
        return LetterLists(self.session)

    @property
    def people_lists(self) -> PeopleLists:
        return PeopleLists(self.session)

    @property
    def expert_lists(self) -> ExpertLists:
        return ExpertLists(self.session)

    def counting(self, marathon_id: str) -> Counting:
        return Counting(self.session, marathon_id)

    @property
    def journal_pages(self) -> JournalPages:
        return JournalPages(self.session)

    @property
    def tallies(self) -> Tallies:
        return Tallies(self.session)

    @property
    def belongings(self) -> Belongings:
        return Belongings(self.session)

    def release(self) -> None:
        """Commit, so that others may write while something long is computed.

        The next question begins another transaction: what was read may be different in it.
        """
        self.session.commit()
        self.stand_aside()

    def forget(self) -> None:
        """Undo everything written so far in this transaction: it was only a rehearsal."""
        self.afterwards.clear()
        self.session.rollback()


@contextmanager
def begin(engine: Engine, *, read_only: bool = False) -> Iterator[Work]:
    """A transaction that commits when the block ends and rolls back when it raises.

    ``read_only`` lets SQLite read beside a writer; such a block must not write. Raises
    ``Unavailable`` when the database does not answer or has no room.
    """
    bind = engine.execution_options(read_only=True) if read_only else engine
    with in_plain_words(), Session(bind, expire_on_commit=False) as session:
        work = Work(session)
        yield work
        session.commit()
        for act in work.afterwards:
            act()
