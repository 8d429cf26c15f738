"""Every address that can be read, of every thing there is in the town, asked by anybody."""

from dataclasses import dataclass
from itertools import chain, product
from types import MappingProxyType

from fastapi.routing import APIRoute
from one_of_each import PARAMETER

from flows.accounts import operations as accounts
from review_api import limits
from review_api.deps import COOKIE
from review_api.routes import API_ROUTERS, PAGE_ROUTERS

API = "/api/v1"
NOBODY = "nobody"
# What an address may say where no thing of the town is meant.
CHOICES = MappingProxyType(
    {
        "kind": ("municipalities", "organisations", "experts"),
        "form": ("docx", "pdf", "bib", "ris"),
        "step": ("criteria", "dates", "tracks", "rules", "texts"),
        "template": ("modern",),
        "name": ("pairs.csv", "problem.json", "result.json"),
        "place": ("1", "2"),
        "number": ("1", "2"),
        "code": ("decision", "author", "expert"),
        "mark": ("x",),
        "secret": ("nothing",),
        "link": ("nothing",),
        "token_id": ("nothing",),
        "session_id": ("nothing",),
    }
)


@dataclass(frozen=True)
class Address:
    """``route`` is the pattern, with the prefix of the API where it is one of it."""

    route: str
    path: str

    @property
    def is_api(self) -> bool:
        return self.path.startswith(API)


def routes(method: str) -> list[tuple[str, APIRoute]]:
    """(whole pattern, route) of pages and of the API."""
    found = []
    for prefix, routers in ((API, API_ROUTERS), ("", PAGE_ROUTERS)):
        for router in routers:
            found += [
                (prefix + route.path, route)
                for route in router.routes
                if isinstance(route, APIRoute) and method in route.methods
            ]
    return found


def addresses(method, things):
    """Lists of addresses by route; ``things`` is what ``things_of`` says."""
    found = {}
    for pattern, route in routes(method):
        names = PARAMETER.findall(route.path)
        about = [one for one in things if all(name in one for name in needed(names))] or [{}]
        filled = chain.from_iterable(fill(pattern, names, one) for one in about)
        found[pattern] = list(dict.fromkeys(filled))
    return found


def needed(names):
    return {name for name in names if name.endswith("_id") and name not in CHOICES}


def fill(pattern, names, ids):
    choices = [values_of(pattern, name, ids) for name in names]
    for values in product(*choices):
        known = dict(zip(names, values, strict=True))
        yield Address(pattern, PARAMETER.sub(lambda found, known=known: known[found[1]], pattern))


def values_of(pattern, name, ids):
    if name == "path":
        return ids.get("files", ("x.pdf",))
    if name == "number" and "certificates" in pattern:
        return ids.get("certificates", ("1",))
    if name == "mark" and "mark" in ids:
        return (ids["mark"], "x")
    return (ids[name],) if name in ids else CHOICES.get(name, ("nothing",))


class Asker:
    """A browser and a program of every person of the town."""

    def __init__(self, town, browser):
        self.town, self.browser = town, browser
        self.asked = 0
        with town.installation.begin() as work:
            for role, person in town.people.items():
                self.let_in(work, role, person)

    def let_in(self, work, role, person):
        facts = {"signer": self.town.installation.signer, "days": 2, "now": self.town.now}
        session = {"secret": f"secret of {role}", "user_agent": ""}
        accounts.open_session(work, person, **session, **facts)
        secret = f"program of {role} that is long enough".replace(" ", "-")
        accounts.create_api_token(work, person.email, secret=secret, **facts)

    def ask(self, role, path, method="GET", *, program=False, **content):
        """The answer to a person, or to the program of that person."""
        limits.limiter.storage.reset()
        self.asked += 1
        self.browser.cookies.clear()
        headers = dict(content.pop("headers", {}))
        if role != NOBODY and program:
            secret = f"program of {role} that is long enough".replace(" ", "-")
            headers["authorization"] = f"Bearer {secret}"
        elif role != NOBODY:
            self.browser.cookies.set(COOKIE, f"secret of {role}")
        return self.browser.request(method, path, headers=headers, **content)


def things_of(town):
    """What addresses can be about: ids that belong together, one dict for each pair of them."""
    with town.installation.begin(read_only=True) as work:
        return list(things_in(work, town))


def things_in(work, town):
    marathon = work.marathons.get(town.marathon.id)
    edition = work.editions.latest(marathon.id)
    common = common_things(work, town, marathon, edition)
    for submission_id in town.works.values():
        submission = work.submissions.get(submission_id)
        decided = work.decisions.of_marathon(marathon.id)
        about = common | {
            "submission_id": submission_id,
            "person_id": submission.owner_id,
            "municipality_id": submission.authors[0].municipality_id,
        }
        about |= first(
            "decision_id", [one for one in decided if one.submission_id == submission_id]
        )
        about |= first("notice_id", letters_about(work, submission))
        files = work.files.of(submission_id)
        held = work.assignments.of_submission(submission_id)
        for place in range(max(len(files), len(held), 1)):
            yield about | nth("file_id", files, place) | of_assignment(work, town, held, place)


def common_things(work, town, marathon, edition):
    found = {"marathon_id": marathon.id}
    for name, repository in (
        ("plan_id", work.plans),
        ("meeting_id", work.meetings),
        ("run_id", work.runs),
        ("session_id", work.programme_sessions),
        ("slot_id", work.slots),
        ("question_id", work.questions),
        ("suspicion", work.suspicions),
    ):
        found |= first(name, repository.all())
    numbers = tuple(one.number for one in work.certificates.of_marathon(marathon.id))
    found |= {"certificates": numbers[:6]} if numbers else {}
    if edition:
        found |= {"edition_id": edition.id}
        found |= {"files": tuple(one.path for one in edition.artefacts)}
    return found


def letters_about(work, submission):
    found = work.notices.of_marathon(submission.marathon_id)
    return [one for one in found if one.subject_id == submission.id]


def first(name, found):
    return {name: found[0].id} if found else {}


def nth(name, found, place):
    return {name: found[min(place, len(found) - 1)].id} if found else {}


def of_assignment(work, town, held, place):
    """The assignment, and who reads; before there is one, an expert who could be asked."""
    if not held:
        return {"expert_id": town.experts["unassigned_expert"].id}
    item = held[min(place, len(held) - 1)]
    return {"assignment_id": item.id, "expert_id": item.expert_id}
