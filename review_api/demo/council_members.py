"""The sample council: who represents which municipality, who comes, who may vote on a work."""

from flows.council import operations as council
from flows.council import rules
from schemas.council import Attendance, Member
from storage.work import Work

REPRESENTATIVES = {
    "город Бодайбо и район": ("Слюдянская Нина Романовна", Attendance.REMOTE, ""),
    "город Усть-Илимск": ("Кедрова Валентина Игоревна", Attendance.IN_PERSON, ""),
    "Казачинско-Ленский район": ("Брусничная Тамара Львовна", Attendance.REMOTE, ""),
    "Катангский район": ("", Attendance.ABSENT, "нет авиасообщения"),
    "Киренский район": ("Пихтина Галина Сергеевна", Attendance.IN_PERSON, ""),
    "Мамско-Чуйский район": ("Ягелев Роман Ильич", Attendance.REMOTE, ""),
    "Нижнеилимский район": ("Багульникова Инна Петровна", Attendance.IN_PERSON, ""),
    "Усть-Илимский район": ("Лиственничная Ирина Юрьевна", Attendance.IN_PERSON, ""),
    "Усть-Кутский район": ("Рябинина Ольга Павловна", Attendance.IN_PERSON, ""),
}


def attending(work: Work, member: Member) -> Member:
    """Most come, some by video, the most distant one cannot."""
    name = work.municipalities.get(member.municipality_id).name
    person, attendance, reason = REPRESENTATIVES[name]
    return member.model_copy(
        update={"representative": person, "attendance": attendance, "absence_reason": reason}
    )


def council_voters(work: Work, meeting_id: str, item: int) -> list[str]:
    """Who may vote on the item: present, and not about an own work."""
    papers = council.papers(work, work.meetings.get(meeting_id))
    return rules.voters(papers, item)
