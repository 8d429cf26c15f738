"""``@step``: a Prefect task inside a flow run, the plain function everywhere else.

A bare Prefect task called outside a flow run asks the server for permission. The sweeps must also
work while the server is down, and tests call flow bodies without one.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prefect import task
from prefect.context import FlowRunContext

P = ParamSpec("P")
R = TypeVar("R")


def step(**options: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:  # noqa: ANN401
    """Make one retriable step of a flow; ``options`` are those of ``prefect.task``.

    Without Prefect nothing retries: the next sweep does.
    """

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        in_a_run: Callable[P, R] = task(**options)(body)

        @wraps(body)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            chosen = body if FlowRunContext.get() is None else in_a_run
            return chosen(*args, **kwargs)

        return call

    return decorate
