"""The marathon's way through its phases, and which stage may run in which of them."""

from collections.abc import Mapping
from types import MappingProxyType

from schemas.base import Schema
from schemas.errors import Conflict
from schemas.lifecycle import may_move
from schemas.marathon import DecisionPolicy, Marathon, Phase

PHASE_NAMES: Mapping[Phase, str] = MappingProxyType(
    {
        Phase.PREPARATION: "Подготовка",
        Phase.INTAKE: "Приём материалов",
        Phase.EXPERTISE: "Экспертиза",
        Phase.DECISION: "Решения",
        Phase.RESULTS: "Итоги",
        Phase.ARCHIVE: "Архив",
    }
)
PHASE_ACTS: Mapping[tuple[Phase, Phase], str] = MappingProxyType(
    {
        (Phase.PREPARATION, Phase.INTAKE): "Открыть приём",
        (Phase.INTAKE, Phase.EXPERTISE): "Начать экспертизу",
        (Phase.EXPERTISE, Phase.DECISION): "Перейти к решениям",
        (Phase.EXPERTISE, Phase.INTAKE): "Вернуться к приёму",
        (Phase.DECISION, Phase.RESULTS): "Перейти к итогам",
        (Phase.DECISION, Phase.EXPERTISE): "Вернуться к экспертизе",
        (Phase.RESULTS, Phase.ARCHIVE): "Сдать в архив",
    }
)


class Stage(Schema):
    """``phases`` are those in which the stage makes sense."""

    deployment: str
    title: str
    phases: frozenset[Phase]


def stage(deployment: str, title: str, *phases: Phase) -> Stage:
    return Stage(deployment=deployment, title=title, phases=frozenset(phases))


STAGES: Mapping[str, Stage] = MappingProxyType(
    {
        "check": stage(
            "check_new_submissions",
            "Проверка файлов",
            Phase.INTAKE,
            Phase.EXPERTISE,
            Phase.DECISION,
        ),
        # Materials that come back from revision need experts while decisions are being made.
        "assign": stage("assign_experts", "План назначения", Phase.EXPERTISE, Phase.DECISION),
        "replace": stage("replace_experts", "Замена экспертов", Phase.EXPERTISE, Phase.DECISION),
        "collect": stage("collect_reviews", "Сбор экспертиз", Phase.EXPERTISE, Phase.DECISION),
        "top_up": stage(
            "top_up_reviews", "Дополнительные экспертизы", Phase.EXPERTISE, Phase.DECISION
        ),
        "decide": stage("propose_decisions", "Предложение решений", Phase.DECISION),
        "screen": stage(
            "screen_reviews",
            "Качество экспертизы",
            Phase.EXPERTISE,
            Phase.DECISION,
            Phase.RESULTS,
            Phase.ARCHIVE,
        ),
        "programme": stage("build_programme", "Программа", Phase.DECISION, Phase.RESULTS),
        "compile": stage("compile_collection", "Сборник", Phase.DECISION, Phase.RESULTS),
        "certificates": stage("issue_certificates", "Сертификаты", Phase.RESULTS),
        "report": stage(
            "refresh_analytics",
            "Аналитика",
            Phase.INTAKE,
            Phase.EXPERTISE,
            Phase.DECISION,
            Phase.RESULTS,
            Phase.ARCHIVE,
        ),
        "deliver": stage("deliver_notices", "Отправка писем", *Phase),
    }
)
STAGE_TITLES: Mapping[str, str] = MappingProxyType(
    {one.deployment: one.title for one in STAGES.values()}
    | {"write_protocol": "Протокол", "try_policies": "Проба правил отбора"}
)


def require_stage(stage_name: str, phase: Phase) -> None:
    """Raises ``Conflict`` that says when the stage may run."""
    wanted = STAGES[stage_name]
    if phase in wanted.phases:
        return
    when = ", ".join(f"«{PHASE_NAMES[one]}»" for one in Phase if one in wanted.phases)
    raise Conflict(
        f"«{wanted.title}» запускается на этапе {when}, а сейчас идёт «{PHASE_NAMES[phase]}». "
        "Сначала переведите марафон на нужный этап.",
        code="stage_out_of_order",
    )


def require_order(now: Phase, to: Phase) -> None:
    """Raises ``Conflict`` that says which phase comes next."""
    if may_move("marathon", now, to):
        return
    onward = [PHASE_NAMES[after] for before, after in PHASE_ACTS if before is now]
    advice = f" Дальше можно: {', '.join(onward)}." if onward else ""
    raise Conflict(
        f"Сейчас идёт этап «{PHASE_NAMES[now]}»: перейти с него к этапу «{PHASE_NAMES[to]}» "
        f"нельзя.{advice}",
        code="phase_out_of_order",
    )


def next_policy(marathon: Marathon, wanted: DecisionPolicy) -> DecisionPolicy:
    """The policy to keep: changed thresholds are a new version that nobody has approved yet.

    Raises ``Conflict`` once an approved policy is in use.
    """
    current = marathon.decision
    same = {"version": current.version, "frozen_at": current.frozen_at}
    if wanted.model_copy(update=same) == current:
        return current
    if current.frozen_at and marathon.phase is not Phase.PREPARATION:
        raise Conflict(
            "Правила отбора утверждены и уже действуют: менять их до конца марафона нельзя. "
            "Для отдельной работы внесите решение с обоснованием.",
            code="policy_frozen",
        )
    return wanted.model_copy(update={"version": current.version + 1, "frozen_at": None})
