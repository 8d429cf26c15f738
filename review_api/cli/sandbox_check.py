"""The walls around reading in words, for ``marathon doctor``: what is missing, what to do."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from flows.documents.sandbox.inspection import Walls

State = Literal["ok", "warning", "problem"]


class Verdict(NamedTuple):
    state: State
    sentence: str
    remedy: str = ""


NO_FILES = Verdict(
    "problem",
    "программам чтения не закрыты чужие файлы: в ядре нет Landlock",
    "нужно ядро Linux 5.13 или новее со словом landlock в /sys/kernel/security/lsm "
    "(параметр загрузки lsm=); в контейнере обновите Docker или Podman",
)
NO_CUT = Verdict(
    "problem",
    "программам чтения открыта сеть: нет ни фильтра seccomp, ни сетевых пространств имён",
    "нужен процессор x86-64 или ARM64 и ядро с seccomp; в контейнере уберите запрет prctl",
)
NO_FILTER = Verdict(
    "warning",
    "фильтра системных вызовов нет (seccomp): сеть закрыта только пространством имён",
    "нужен процессор x86-64 или ARM64 и ядро с seccomp; в контейнере уберите запрет prctl",
)
NO_NAMESPACE = Verdict(
    "warning",
    "сеть закрыта только фильтром seccomp: пространства имён запрещены",
    "разрешите их: sysctl kernel.unprivileged_userns_clone=1 (Debian, Astra Linux) или "
    "kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu); в контейнере достаточно фильтра",
)
ALL = Verdict("ok", "файлы людей читаются без сети и без чужих файлов")

# The first that is true is told: what is worst comes first.
VERDICTS: tuple[tuple[Callable[[Walls], bool], Verdict], ...] = (
    (lambda walls: not walls.files, NO_FILES),
    (lambda walls: not walls.are_offline, NO_CUT),
    (lambda walls: not walls.sockets, NO_FILTER),
    (lambda walls: not walls.namespace, NO_NAMESPACE),
)


def verdict_on(walls: Walls) -> Verdict:
    return next((verdict for is_so, verdict in VERDICTS if is_so(walls)), ALL)
