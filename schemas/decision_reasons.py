"""Why a decision is what it is: stable codes and the Russian sentence behind each."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Reason(StrEnum):
    """Codes of the public contract; ``REASON_SENTENCES`` holds the words a person reads."""

    NO_REVIEWS = "no_reviews"
    TOO_FEW_REVIEWS = "too_few_reviews"
    ABOVE_THRESHOLD = "above_threshold"
    BELOW_THRESHOLD = "below_threshold"
    BORDERLINE = "borderline"
    REVIEWS_EXHAUSTED = "reviews_exhausted"
    REVIEWS_CLOSED = "reviews_closed"
    SCORE_CONTRADICTS_PROBABILITY = "score_contradicts_probability"
    ONE_REVIEW_DECIDES = "one_review_decides"
    VETO = "veto"
    CORRECTION_APPLIED = "correction_applied"
    MARKS_AT_LIMIT = "marks_at_limit"
    REVISION_ADVISED = "revision_advised"
    ADVICE_CONTRADICTS_SCORE = "advice_contradicts_score"
    ADVICE_AGAINST_LIVE = "advice_against_live"
    REVIEWS_CHANGED = "reviews_changed"
    LIVE_CHOSEN = "live_chosen"
    LIVE_UNAVAILABLE = "live_unavailable"
    LIVE_VETO = "live_veto"
    LIVE_BELOW_FLOOR = "live_below_floor"
    LIVE_NO_SLOTS = "live_no_slots"
    LIVE_TRACK_FULL = "live_track_full"
    LIVE_MUNICIPALITY_MAXIMUM = "live_municipality_maximum"
    LIVE_MUNICIPALITY_MINIMUM = "live_municipality_minimum"
    LIVE_COMBINATION = "live_combination"


REASON_SENTENCES: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.NO_REVIEWS: "Экспертиз пока нет: нужно назначить экспертов.",
        Reason.TOO_FEW_REVIEWS: "Экспертиза только одна: по единственному мнению решение не принимается.",
        Reason.ABOVE_THRESHOLD: "Балл не ниже порога публикации, и вероятность это подтверждает.",
        Reason.BELOW_THRESHOLD: "Балл ниже порога публикации, и вероятность это подтверждает.",
        Reason.BORDERLINE: "Работа у порога: оценок недостаточно, чтобы решить уверенно, нужна дополнительная экспертиза.",
        Reason.REVIEWS_EXHAUSTED: "Работа осталась у порога после наибольшего числа экспертиз: решает совет.",
        Reason.REVIEWS_CLOSED: "Новых экспертиз больше не будет, а имеющихся недостаточно, чтобы решить уверенно: решает совет.",
        Reason.SCORE_CONTRADICTS_PROBABILITY: "Балл и вероятность указывают в разные стороны, поэтому решение не принимается автоматически.",
        Reason.ONE_REVIEW_DECIDES: "Решение хрупкое: без одной из экспертиз балл оказался бы по другую сторону порога.",
        Reason.VETO: "Работа не прошла обязательную проверку, поэтому баллы не учитываются.",
        Reason.CORRECTION_APPLIED: "Одни эксперты ставят оценки строже, другие мягче, это доказано по всем работам: поправки уравнивают экспертов.",
        Reason.MARKS_AT_LIMIT: "Все оценки стоят на краю шкалы, поэтому поправка на строгость не применялась.",
        Reason.REVISION_ADVISED: "Большинство экспертов советует доработать материал и прислать снова.",
        Reason.ADVICE_CONTRADICTS_SCORE: "Рекомендации большинства экспертов расходятся с итогом по баллам.",
        Reason.ADVICE_AGAINST_LIVE: "Не меньше половины экспертов не советуют очное выступление.",
        Reason.REVIEWS_CHANGED: "С тех пор как решение изменил человек, экспертизы изменились: проверьте, остаётся ли решение в силе.",
        Reason.LIVE_CHOSEN: "Работа включена в программу очных выступлений.",
        Reason.LIVE_UNAVAILABLE: "Автор не может выступить очно.",
        Reason.LIVE_VETO: "Работа не прошла проверку, обязательную для очного выступления.",
        Reason.LIVE_BELOW_FLOOR: "Балл ниже порога очного выступления.",
        Reason.LIVE_NO_SLOTS: "Для этого направления очные места не выделены.",
        Reason.LIVE_TRACK_FULL: "Очные места направления заняты работами, у которых итог не ниже.",
        Reason.LIVE_MUNICIPALITY_MAXIMUM: "Муниципалитет уже представлен наибольшим разрешённым числом выступлений.",
        Reason.LIVE_MUNICIPALITY_MINIMUM: "Место отдано другому муниципалитету, чтобы он был представлен в программе.",
        Reason.LIVE_COMBINATION: "Не хватило места из-за сочетания ограничений по направлению и муниципалитетам.",
    }
)


class CalibrationWarning(StrEnum):
    """What limits trust in the comparison of experts; ``WARNING_SENTENCES`` has the words."""

    DISCONNECTED = "disconnected"
    WEAKLY_CONNECTED = "weakly_connected"
    MUNICIPALITY_APART = "municipality_apart"


WARNING_SENTENCES: Mapping[CalibrationWarning, str] = MappingProxyType(
    {
        CalibrationWarning.DISCONNECTED: "Эксперты разбились на группы, у которых нет ни одной общей работы: строгость групп между собой не сравнима. Дайте всем экспертам одну общую работу.",
        CalibrationWarning.WEAKLY_CONNECTED: "Общих работ у экспертов мало: строгость сравнивается ненадёжно. Дайте всем экспертам одну общую работу.",
        CalibrationWarning.MUNICIPALITY_APART: "Работы одного муниципалитета оценивала отдельная группа экспертов: строгость этой группы не отличить от уровня работ.",
    }
)
