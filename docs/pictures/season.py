"""The sample season, shorter, stopping at its moments for pictures."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from docs.pictures.views import Moment, Who
from flows.council import operations as council
from flows.marathons import beginning
from review_api.demo import sample
from review_api.demo.council_members import attending
from review_api.demo.season import DEMO, STAFF, Say, Season, clock
from schemas.people import Person
from storage.identifiers import new_id
from storage.installation import Installation
from storage.work import Work

MATERIALS = 22
Look = Callable[["IllustratedSeason", Moment], object]
STAFF_OF = {Who(role.value): email for email, _, _, role in STAFF if role.value in {*Who}}


class IllustratedSeason(Season):
    """``look`` is called at every moment; ``things`` are what addresses of pictures may name."""

    def __init__(self, installation: Installation, base_url: str, say: Say, look: Look) -> None:
        super().__init__(installation, base_url, say)
        self.look = look
        self.things: dict[str, str] = {}
        self.expert = ""

    def stage(self, title: str, act: Callable[[], str]) -> None:
        super().stage(title, act)
        if title in {*Moment}:
            self.show(Moment(title))

    def show(self, moment: Moment) -> None:
        self.things["marathon"] = self.marathon
        with self.installation.begin() as work:
            LEARNT.get(moment, nothing)(self, work)
        self.look(self, moment)

    def send_materials(self) -> str:
        """The first teacher is looked at before and after sending."""
        first, *others = sample.materials()[:MATERIALS]
        teacher = self.caller(first.email)
        self.things["material"] = teacher.begin_material(self.marathon, first.data, first.file)
        self.show(Moment.DRAFTING)
        teacher.call("POST", f"/submissions/{self.things['material']}/submit")
        for material in others:
            self.caller(material.email).send_material(self.marathon, material.data, material.file)
        return f"отправлено материалов: {MATERIALS}"

    def assign(self) -> str:
        outcome = super().assign()
        self.choose_expert()
        return outcome

    def choose_expert(self) -> None:
        """Who does what is asked of them and has most works."""
        behaviour = self.experts.simulation.behaviour
        with self.installation.begin(read_only=True) as work:
            loads = {
                work.people.get(one.person_id).email or "": work.assignments.of_expert(one.id)
                for one in work.experts.all()
            }
        plain = {email: items for email, items in loads.items() if not behaviour.get(email)}
        self.expert = max(plain, key=lambda email: len(plain[email]))
        self.things["invitation"] = plain[self.expert][0].id

    def review(self) -> str:
        """The expert's first works are looked at half done, once."""
        if "sheet" not in self.things:
            self.half_done()
        return super().review()

    def half_done(self) -> None:
        """One work sent, one with a draft, the others accepted; the rest follows the pictures."""
        caller, experts = self.caller(self.expert), self.experts
        items = [one["id"] for one in caller.assignments(self.marathon)]
        drafts = {
            one: experts.simulation.review(experts.number_of(one), self.expert, experts.rubric)
            for one in items
        }
        sent, begun, *others = items
        caller.review(sent, drafts[sent])
        for one in (begun, *others):
            caller.call("POST", f"/assignments/{one}/accept")
        half = drafts[begun].model_copy(
            update={"levels": dict(list(drafts[begun].levels.items())[:3]), "recommendation": None}
        )
        caller.call("PUT", f"/assignments/{begun}/review", json=half.model_dump(mode="json"))
        self.things["sheet"] = begun
        self.show(Moment.SCORING)
        for one in (begun, *others):
            caller.review(one, drafts[one])

    def play(self) -> None:
        super().play()
        self.look_at_a_meeting()

    def look_at_a_meeting(self) -> None:
        """A second meeting, still open: people have come, votes are awaited."""
        with self.installation.begin() as work:
            plan = council.MeetingPlan(
                held_on=clock().astimezone(sample.ZONE).date(), place="г. Киренск"
            )
            meeting = council.call(work, self.marathon, plan, by=DEMO, now=clock())
            council.set_attendance(
                work,
                meeting.id,
                [attending(work, member) for member in meeting.members],
                version=meeting.version,
                by=DEMO,
                now=clock(),
            )
        self.things["meeting"] = meeting.id
        self.show(Moment.MEETING)


def name_teacher(season: IllustratedSeason, work: Work) -> None:
    """Who comes through the API has an address only; on a picture a name is better."""
    material = work.submissions.get(season.things["material"])
    teacher = work.people.get(material.owner_id)
    work.people.save(teacher.model_copy(update={"name": material.authors[0].name}))


def find_plan(season: IllustratedSeason, work: Work) -> None:
    season.things["plan"] = work.plans.of_marathon(season.marathon)[-1].id


def find_results(season: IllustratedSeason, work: Work) -> None:
    """A certificate of the teacher, an article, and next year's marathon in preparation."""
    certificates = work.certificates.of_marathon(season.marathon)
    season.things["certificate"] = certificates[0].number
    following = beginning.repeat(
        work,
        season.marathon,
        "Марафон следующего года",
        identifier=new_id(),
        by=DEMO,
        now=clock(),
    )
    season.things["next"] = following.id


def nothing(_season: IllustratedSeason, _work: Work) -> None:
    """Most moments name no new things."""


LEARNT: Mapping[Moment, Callable[[IllustratedSeason, Work], None]] = MappingProxyType(
    {
        Moment.DRAFTING: name_teacher,
        Moment.INVITED: find_plan,
        Moment.OVER: find_results,
    }
)


def people(season: IllustratedSeason) -> dict[Who, Person]:
    """Who looks, as far as they are known by now."""
    emails = {**STAFF_OF, Who.TEACHER: sample.materials()[0].email, Who.EXPERT: season.expert}
    with season.installation.begin(read_only=True) as work:
        found = {who: work.people.by_email(email) for who, email in emails.items() if email}
    return {who: person for who, person in found.items() if person is not None}
