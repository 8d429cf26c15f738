"""Words that stand for codes in letters: outcomes, roles, kinds of certificate, faults of files."""

from collections.abc import Mapping

from schemas.certificate import CERTIFICATE_NAMES, CERTIFICATES_IN_ENGLISH, CertificateKind
from schemas.decision import Decision
from schemas.extraction import REJECTIONS, RejectCode
from schemas.letter_template import Language
from schemas.people import ROLE_NAMES, Role

Words = Mapping[Language, str]

OUTCOMES: Mapping[str, Words] = {
    "both": {
        "ru": "Материал будет опубликован в сборнике и приглашён к очному выступлению.",
        "en": "The submission will be published in the collection and presented live.",
    },
    "publication": {
        "ru": "Материал будет опубликован в сборнике.",
        "en": "The submission will be published in the collection.",
    },
    "live": {
        "ru": "Материал приглашён к очному выступлению на марафоне.",
        "en": "The submission is invited to be presented live at the marathon.",
    },
    "refused": {
        "ru": "Материал не отобран для публикации и очного выступления.",
        "en": "The submission was not selected for publication or for a live talk.",
    },
    "revise": {
        "ru": "Материал предлагается доработать и прислать снова.",
        "en": "You are asked to revise the submission and to send it again.",
    },
}
KINDS: Mapping[tuple[bool, bool], str] = {
    (True, True): "both",
    (True, False): "publication",
    (False, True): "live",
    (False, False): "refused",
}
EXPLAINED = {
    "ru": "",
    "en": "The full explanation is on the page of the decision (in Russian).",
}
ROLES: Mapping[Language, Mapping[Role, str]] = {
    "ru": ROLE_NAMES,
    "en": {
        Role.TEACHER: "teacher",
        Role.EXPERT: "expert",
        Role.COORDINATOR: "municipal coordinator",
        Role.ORGANISER: "organiser",
        Role.CHAIR: "chair of the council",
        Role.SECRETARY: "secretary of the council",
        Role.ADMINISTRATOR: "administrator",
    },
}
CERTIFICATES: Mapping[Language, Mapping[CertificateKind, str]] = {
    "ru": CERTIFICATE_NAMES,
    "en": CERTIFICATES_IN_ENGLISH,
}
SAVE_AGAIN = "Save it once more in Word or LibreOffice and upload it again."
FILES: Mapping[Language, Mapping[RejectCode, str]] = {
    "ru": REJECTIONS,
    "en": {
        RejectCode.NOT_FOUND: "The file cannot be opened. Check its name and upload it again.",
        RejectCode.EMPTY: "The file has neither text nor pictures. Check that it is the right one.",
        RejectCode.UNSUPPORTED_TYPE: "Files of this kind are not accepted. Save the submission as "
        "DOCX, ODT, PPTX or PDF and upload it again; DOC and PPT need the new format too.",
        RejectCode.HEIC: "Photographs in the HEIC format are not accepted. Save the photograph as "
        "JPEG and upload it again.",
        RejectCode.ENCRYPTED: "The file has a password. Remove it and upload the file again.",
        RejectCode.DAMAGED: f"The file is damaged and does not open. {SAVE_AGAIN}",
        RejectCode.MACROS: "The file has macros or controls. Save it as a plain DOCX, PPTX or ODT "
        "without macros and upload it again.",
        RejectCode.UNSAFE_MARKUP: "The file has a document type definition inside, which ordinary "
        f"documents never have. {SAVE_AGAIN}",
        RejectCode.UNSAFE_ARCHIVE: "The file is put together unusually: its parts have names that "
        f"are not allowed or repeat. {SAVE_AGAIN}",
        RejectCode.TOO_LARGE: "The file is too large, by itself or unpacked. Compress its "
        "pictures, take videos out and upload it again.",
        RejectCode.TOO_MANY_PAGES: "The file has too many pages. Keep the description of the "
        "practice and put the rest into separate files.",
        RejectCode.TIMEOUT: "The file is too complex to be read in the time given. Save it once "
        "more, simplify its pictures and tables, or send a PDF.",
        RejectCode.MEMORY: "The file is too complex to be read in the memory given. Make its "
        "pictures smaller, simplify its tables, or send it in parts.",
        RejectCode.NOT_TYPESET: "The file is read, but no copy for experts can be made of it: its "
        "layout is too complex. Save it once more as a plain DOCX and upload it again.",
        RejectCode.VIRUS: "The virus scanner found a virus in the file, so it is closed and passed "
        "to nobody. Scan your computer, save the submission once more as DOCX or PDF and upload "
        "it again; if you think this is a mistake, write to the organisers.",
    },
}
UNREADABLE: Words = {"ru": "Файл не читается.", "en": "The file cannot be read."}
UNTITLED: Words = {"ru": "без названия", "en": "untitled"}
ANSWER_BY: Words = {
    "ru": "Ответ нужен до {until}.",
    "en": "Please answer before {until}.",
}
ANSWER_WAS_BY: Words = {
    "ru": "Мы ждали ответа до {until}; ответить ещё можно.",
    "en": "We hoped for an answer by {until}; you can still give it.",
}
DUE_BY: Words = {"ru": "Срок: {until}.", "en": "It is due by {until}."}
DUE_WAS_BY: Words = {
    "ru": "Мы ждали её до {until}; прислать ещё можно.",
    "en": "We hoped for it by {until}; you can still send it.",
}
CONNECT: Words = {"ru": "Подключение: {link}", "en": "Connect: {link}"}
CONNECT_LATER: Words = {
    "ru": "Ссылка для подключения появится в программе.",
    "en": "The link to connect will appear in the programme.",
}
REFUSE: Words = {
    "ru": "Вы получаете напоминания и сводки марафона.\nОтказаться от них: {address}",
    "en": "You get reminders and digests of the marathon.\nStop sending them: {address}",
}


def kind_of(decision: Decision) -> str:
    """The kind of outcome: a key of ``OUTCOMES``."""
    return "revise" if decision.revise else KINDS[decision.publication, decision.live]


def outcome(decision: Decision, language: Language) -> str:
    return OUTCOMES[kind_of(decision)][language]
