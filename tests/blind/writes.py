"""Every operation of the API that writes, with a body that would be taken, and who may not."""

import builders
from blind.asking import API, routes
from blind.canaries import OFFICE, ROLES

CLUSTER = ("organiser", "administrator")
SIGNED_IN = tuple(role for role in ROLES if role != "nobody")
COORDINATING = ("coordinator", "far_coordinator")
# Who may do it to the first material; whoever may is not asked to, for it would be done.
WRITERS = {
    "POST /marathons": CLUSTER,
    "PATCH /marathons/{marathon_id}": OFFICE,
    "POST /marathons/{marathon_id}/policy/approve": ("chair", "administrator"),
    "POST /marathons/{marathon_id}/policy/trials": OFFICE,
    "POST /marathons/{marathon_id}/submissions": SIGNED_IN,
    "PATCH /submissions/{submission_id}": ("author", *OFFICE),
    "POST /submissions/{submission_id}/submit": ("author", *OFFICE),
    "POST /submissions/{submission_id}/withdraw": ("author", *OFFICE),
    "POST /submissions/{submission_id}/clear-children": ("author", *OFFICE),
    "POST /assignments/{assignment_id}/accept": ("co_expert",),
    "POST /assignments/{assignment_id}/decline": ("co_expert",),
    "PUT /assignments/{assignment_id}/review": ("co_expert",),
    "POST /assignments/{assignment_id}/review/submit": ("co_expert",),
    "POST /marathons/{marathon_id}/stages/{stage}": OFFICE,
    "POST /marathons/{marathon_id}/plan/apply": OFFICE,
    "POST /marathons/{marathon_id}/decisions/confirm": ("chair", *OFFICE),
    "POST /marathons/{marathon_id}/decisions/{decision_id}/extra-review": OFFICE,
}
OPERATIONS = {
    f"{method} {route.removeprefix(API)}"
    for method in ("POST", "PUT", "PATCH", "DELETE")
    for route, _ in routes(method)
    if route.startswith(API)
}
FORBIDDEN = tuple(
    (key.split()[0], API + key.split()[1], tuple(one for one in ROLES if one not in may))
    for key, may in WRITERS.items()
)


def body_of(method, route, town):
    """What a program would send, so that only its rights are in the way."""
    decisions = list(getattr(town, "decisions", {}).values())
    bodies = {
        "POST /marathons": {"title": "Свой марафон"},
        "PATCH /marathons/{marathon_id}": {"title": "Чужое название"},
        "POST /marathons/{marathon_id}/policy/approve": {"version": 1},
        "POST /marathons/{marathon_id}/policy/trials": {"policy": {}},
        "PATCH /submissions/{submission_id}": {"title": "Чужое название"},
        "POST /submissions/{submission_id}/withdraw": {"reason": "Не нужно."},
        "POST /assignments/{assignment_id}/decline": {"reason": "not_now"},
        "POST /marathons/{marathon_id}/decisions/confirm": {"decisions": decisions},
    }
    key = f"{method} {route.removeprefix(API)}"
    if "/review" in route and "decisions" not in route:
        with town.installation.begin(read_only=True) as work:
            draft = builders.a_full_draft(work.rubrics.of(town.marathon.id))
        return {"json": draft.model_dump(mode="json")}
    return {"json": bodies[key]} if key in bodies else {}
