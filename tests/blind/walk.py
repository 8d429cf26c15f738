"""The walk through every state: who asks what, and everything that was found on the way.

Every role asks every route in one of ``turns`` states; in each of them where ``turns`` is 1.
"""

import json
import logging
import os
import re
from collections import Counter, defaultdict
from contextlib import contextmanager
from unittest import mock
from urllib.parse import quote, urlencode

from blind import asking
from blind.asking import NOBODY
from blind.canaries import ROLES, SECRETS, State
from blind.seen import Reader, folded, of_letter
from blind.town import Town
from blind.writes import FORBIDDEN, body_of
from contents import contents

from flows.assignment.artefacts import artefacts as of_plan
from flows.assignment.artefacts import labels_of
from flows.decision.artefacts import by_track
from review_api import blind
from schemas.assignment_problem import Problem

SOAK = os.environ.get("MARATHON_SOAK") == "1"
MISSING = "01a208a2-0000-7000-8000-000000000000"
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NUMBER = "x-request-id"
BROKEN = 500
READY = "healthz"  # the only address that may say 503: there is no runner here
REAL, DECOY = "зимородк", "кукушечк"  # of one length; nobody has the second
SEARCHED = ("q", "like", "track", "to", "sort", "kind", "work", "next", "marathon", "after")
BLINDED = (
    *(NOBODY, "reader", "other_author", "revising_author", "neighbour", "unassigned_expert"),
    *("far_coordinator", "other_organiser", "other_chair"),
)
"""Who has no part in the first material."""
SEARCHING = (NOBODY, "expert", "other_author", "far_coordinator")
WHO_WAITS = ("author", "co_expert", "coordinator")
"""Whose pages must not move when a review arrives or a decision is proposed."""
ELSEWHERE = ("/organise", "/administer", "/council", "/dev", "/invit", "/claim", "/co-author")
BY_THEMSELVES = ("/my/new", "/my/certificates.zip", "/api/v1/docs", "/metrics", READY)
"""Never twice the same: a new id, the time in a package, a nonce, figures."""
NOT_KEPT = frozenset({"kept_form", "session"})  # seen at, a form kept for its own writer


OURS = ("marathon", "flows", "review_api", "storage", "schemas", "uvicorn", "prefect")
WATCHED = {State.IN_REVIEW: Town.send_one_review, State.PROPOSED: Town.decide}


class Walk:
    """``leaks`` and the like are what was found; each test asks for one of them to be empty."""

    def __init__(self, town, asker, *, turns, say=print):
        self.town, self.asker, self.say = town, asker, say
        self.turns, self.full = turns, turns == 1
        self.reader = Reader()
        self.leaks, self.differences, self.moved, self.written = [], [], [], []
        self.faults, self.letters, self.answers = [], 0, Counter()
        self.compared = self.watched = 0
        self.opened = defaultdict(set)
        self.seen = Counter()  # routes that answered with something to read
        self.met, self.lines, self.planted = set(), [], []

    def go(self):
        with kept_lines(self.lines):
            for _ in State:
                self.town.advance()
                self.look()
                self.say(f"{self.town.state.name}: {self.asker.asked}, hits: {len(self.leaks)}")

    def look(self):
        state = self.town.state
        where = asking.addresses("GET", asking.things_of(self.town))
        if state in WATCHED:
            self.watch(where, WATCHED[state])
            where = asking.addresses("GET", asking.things_of(self.town))
        before = self.contents()
        self.ask_everything(where)
        self.ask_for_the_missing(where)
        self.write_where_forbidden()
        if state is State.PROPOSED or self.full:
            self.search_for_names(where)
        self.written += [(state.name, name) for name in self.changed(before)]
        if state is State.IN_REVIEW:
            self.plant_a_leak(where)
        self.read_letters()
        self.read_runs()

    def changed(self, before):
        after = self.contents()
        return [name for name in before if before[name] != after[name]]

    def contents(self):
        return contents(self.town.installation, without=NOT_KEPT)

    # --- canaries -------------------------------------------------------------------------

    def ask_everything(self, where):
        for turn, role in enumerate(ROLES):
            for number, found in enumerate(where.values()):
                for one in self.chosen(turn, number, found):
                    self.answers[self.look_at(role, one).status_code] += 1

    def chosen(self, turn, number, found):
        """One address of a route: of every route, or of those whose turn it is in this state."""
        mine = (turn * 7 + number) % self.turns == self.town.state % self.turns
        return [found[(turn + number + self.town.state) % len(found)]] if mine else []

    def look_at(self, role, address, query="", *, but=""):
        answer = self.asker.ask(role, address.path + query, program=address.is_api)
        self.judge(role, address.route, address.path + query, answer, but=but)
        if answer.status_code == 200:
            self.seen[address.route] += 1
            self.opened[role].add(address.route)
        return answer

    def judge(self, role, route, path, answer, *, but=""):
        """Note what the role may not meet; ``but`` is what it has said itself."""
        if answer.status_code >= BROKEN and READY not in route:
            self.faults.append((self.town.state.name, role, path, answer.status_code))
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        text = self.reader.text_of(answer.content) + folded(headers)
        text = text.replace(but, "") if but else text
        for secret in met(text):
            if secret.may(role, self.town.state):
                self.met.add(secret.name)
            else:
                self.leaks.append((self.town.state.name, role, route, secret.name, path))

    def plant_a_leak(self, where):
        """What would be found if the mask let everything through: the walk must be able to fail."""
        honest, self.leaks = self.leaks, []
        with mock.patch.object(blind, "masked", lambda texts, _names: texts):
            for route, found in where.items():
                if route.startswith("/expert"):
                    self.look_at("expert", found[0])
        self.planted, self.leaks = self.leaks, honest

    # --- existence ------------------------------------------------------------------------

    def ask_for_the_missing(self, where):
        """What is there and refused is answered as what is not there."""
        for turn, role in enumerate(BLINDED):
            for number, (route, found) in enumerate(where.items()):
                place = turn + number * 2
                if self.full or place % (len(BLINDED) * len(State)) == self.town.state:
                    self.compare_with_missing(role, route, self.hidden(found[0]))

    def hidden(self, one):
        """The address in the marathon that is being prepared, if it is about a marathon only."""
        if set(IDENTIFIER.findall(one.path)) == {self.town.marathon.id}:
            path = one.path.replace(self.town.marathon.id, self.town.hidden.id)
            return asking.Address(one.route, path)
        return one

    def compare_with_missing(self, role, route, one):
        known = self.asker.ask(role, one.path, program=one.is_api)
        if known.status_code != 404 or not IDENTIFIER.search(one.path):
            return
        self.compared += 1
        last = IDENTIFIER.findall(one.path)[-1]
        path = one.path.replace(last, MISSING)
        other = self.asker.ask(role, path, program=one.is_api)
        if told(known) != told(other):
            self.differences.append((self.town.state.name, role, route, one.path, path))

    # --- searching ------------------------------------------------------------------------

    def search_for_names(self, where):
        for role in SEARCHING:
            for route, found in where.items():
                if self.may_be_watched(route) and (self.full or route in self.opened[role]):
                    self.search(role, route, found[0])

    def search(self, role, route, one):
        real, decoy = (
            self.look_at(role, one, f"?{urlencode(dict.fromkeys(SEARCHED, word))}", but=word)
            for word in (REAL, DECOY)
        )
        self.compared += 1
        if told(real) != told(decoy):
            self.differences.append((self.town.state.name, role, route, one.path, "search"))

    def may_be_watched(self, route):
        return not route.startswith((*ELSEWHERE, *BY_THEMSELVES)) and READY not in route

    # --- what others may not notice ---------------------------------------------------------

    def watch(self, where, act):
        """Do it, and note whose pages are not what they were."""
        before = {role: self.pages_of(role, where) for role in WHO_WAITS}
        with self.town.installation.begin() as work:
            act(self.town, work)
        self.town.run_everything()
        for role, pages in before.items():
            self.watched += len(pages)
            for one, earlier in pages.items():
                if told(self.asker.ask(role, one.path, program=one.is_api)) != earlier:
                    self.moved.append((self.town.state.name, role, one.path))

    def pages_of(self, role, where):
        found = {}
        for one in (found[0] for route, found in where.items() if self.may_be_watched(route)):
            answer = self.asker.ask(role, one.path, program=one.is_api)
            if answer.status_code == 200:
                found[one] = told(answer)
        return found

    # --- writing --------------------------------------------------------------------------

    def write_where_forbidden(self):
        """Programs of everybody who may not; that nothing has changed is asked afterwards."""
        ids = asking.things_of(self.town)
        number = 0
        for method, route, roles in FORBIDDEN:
            for one in asking.fill(route, asking.PARAMETER.findall(route), ids[0]):
                for turn, role in enumerate(roles):
                    number += 1
                    if self.full or (turn + number) % len(State) == self.town.state - 1:
                        self.write(role, method, one, body_of(method, route, self.town))

    def write(self, role, method, one, body):
        answer = self.asker.ask(role, one.path, method, program=True, **body)
        self.judge(role, one.route, one.path, answer)
        if answer.is_success:
            self.written.append((self.town.state.name, role, method, one.path))

    # --- what leaves ----------------------------------------------------------------------

    def read_letters(self):
        """To whom a letter goes may know what is in it; links in it open as what they are."""
        by_address = {one.email: role for role, one in self.town.people.items()}
        for letter in self.town.post.letters[self.letters :]:
            text = of_letter(letter.content)
            roles = [by_address[one] for one in letter.to]
            self.leaks += [
                (self.town.state.name, role, "letter", secret.name, text[:300])
                for role in roles
                for secret in met(text)
                if not secret.may(role, self.town.state)
            ]
        self.letters = len(self.town.post.letters)

    def read_runs(self):
        """Rows of runs and what goes to Prefect from them name nobody."""
        with self.town.installation.begin(read_only=True) as work:
            rows = [one.model_dump_json() for one in work.runs.all()]
            rows += list(shown_in_prefect(work, self.town))
        for row in rows:
            for secret in met(self.reader.text_of(row.encode())):
                self.leaks.append((self.town.state.name, "whoever sees runs", secret.name, row))


def shown_in_prefect(work, town):
    """What the flows publish there."""
    for plan in work.plans.of_marathon(town.marathon.id):
        labels = labels_of(work, Problem.model_validate(plan.problem))
        yield of_plan(plan, labels).model_dump_json()
    every = work.decisions.of_marathon(town.marathon.id)
    tracks = {one: work.submissions.get(one).track for one in town.works.values()}
    yield json.dumps(by_track(work.marathons.get(town.marathon.id), every, tracks))


def met(text):
    """Secrets a folded text tells."""
    return [one for one in SECRETS if any(word in text for word in one.words)]


def told(answer):
    """Status, headers and body without the request's number, what was asked for and sent words."""
    number = answer.headers.get(NUMBER, "")
    own = [one for one in (number,) if one] + [
        *IDENTIFIER.findall(answer.request.url.path),
        REAL,
        DECOY,
    ]
    body = answer.text
    for word in (*own, *(f(word) for word in (REAL, DECOY) for f in (quote, twice_quoted))):
        body = body.replace(word, "")
    headers = {name: value for name, value in answer.headers.items() if name != NUMBER}
    for one in own:
        headers = {name: value.replace(one, "") for name, value in headers.items()}
    return answer.status_code, headers, body


def twice_quoted(word):
    return quote(quote(word))


@contextmanager
def kept_lines(lines):
    """Whatever any part logs meanwhile, down to remarks."""
    handler = logging.Handler(logging.INFO)
    handler.emit = lambda record: lines.append(logging.Formatter().format(record))
    handler.addFilter(lambda record: record.name.startswith(OURS))
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
