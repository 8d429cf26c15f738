"""What reading an author's file gives: the verdict, the counts, the findings, the words for people.

The codes are part of the public contract (docs/reference/extraction-codes.md): an organiser's
spreadsheet or script may rely on them, so a code is never renamed and never changes its meaning.
"""

from enum import StrEnum
from typing import Literal

from schemas.base import Schema

MEGABYTE = 1024 * 1024


class Kind(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    ODT = "odt"
    MD = "md"
    IMAGE = "image"


class RejectCode(StrEnum):
    """Why a file cannot be used at all."""

    NOT_FOUND = "not_found"
    EMPTY = "empty"
    UNSUPPORTED_TYPE = "unsupported_type"
    HEIC = "heic"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    MACROS = "macros"
    UNSAFE_MARKUP = "unsafe_markup"
    UNSAFE_ARCHIVE = "unsafe_archive"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    NOT_TYPESET = "not_typeset"
    VIRUS = "virus"


class WarningCode(StrEnum):
    """What a person should look at although the file can be used."""

    SCANNED_NO_TEXT = "scanned_no_text"
    SCANNED_PAGES = "scanned_pages"
    TEXT_RECOGNISED = "text_recognised"
    RECOGNISED_POORLY = "recognised_poorly"
    RECOGNITION_UNAVAILABLE = "recognition_unavailable"
    GARBLED_TEXT = "garbled_text"
    FEW_CHARACTERS = "few_characters"
    NO_HEADINGS = "no_headings"
    REPAIRED = "repaired"
    EXTENSION_MISMATCH = "extension_mismatch"
    RESTRICTED = "restricted"
    TABLES_SKIPPED = "tables_skipped"
    PICTURES_DROPPED = "pictures_dropped"
    PERSONAL_DATA = "personal_data"
    CHILDREN_NAMED = "children_named"
    AUTHOR_NAMED_IN_TEXT = "author_named_in_text"
    METADATA_AUTHOR = "metadata_author"
    TRACKED_CHANGES = "tracked_changes"
    COMMENTS = "comments"
    SPEAKER_NOTES = "speaker_notes"
    ACTIVE_CONTENT = "active_content"
    EXTERNAL_LINKS = "external_links"
    CHILDREN_DATA = "children_data"
    POSTAL_ADDRESS = "postal_address"
    PERSONAL_PAGES = "personal_pages"
    PEOPLE_NAMED = "people_named"
    PICTURE_WITHOUT_SOURCE = "picture_without_source"
    PICTURE_TOO_SMALL = "picture_too_small"
    FONTS_NOT_EMBEDDED = "fonts_not_embedded"
    EMBEDDED_MEDIA = "embedded_media"
    DEAD_LINKS = "dead_links"
    FORMULAS_BROKEN = "formulas_broken"


REJECTIONS: dict[RejectCode, str] = {
    RejectCode.NOT_FOUND: "Файл не найден или не открывается для чтения. Проверьте имя и загрузите файл ещё раз.",
    RejectCode.EMPTY: "В файле нет ни текста, ни рисунков. Проверьте, тот ли файл вы выбрали, и загрузите его ещё раз.",
    RejectCode.UNSUPPORTED_TYPE: "Файлы этого вида не принимаются. Сохраните материал как DOCX, ODT, PPTX или PDF (в Word: «Файл» — «Сохранить как»), снимок раздаточного листа — как JPEG или PNG, и загрузите снова; файлы DOC и PPT тоже нужно сохранить в новом формате.",
    RejectCode.HEIC: "Снимки в формате HEIC не принимаются. Сохраните снимок как JPEG: на iPhone выберите «Настройки» — «Камера» — «Форматы» — «Наиболее совместимый» и снимите ещё раз, на компьютере откройте снимок и выберите «Сохранить как» — JPEG.",
    RejectCode.ENCRYPTED: "Файл закрыт паролем. Снимите пароль («Файл» — «Сведения» — «Защита») и загрузите файл снова.",
    RejectCode.DAMAGED: "Файл повреждён и не открывается. Откройте его у себя, сохраните заново и загрузите ещё раз; если он не открывается и у вас, возьмите другую копию.",
    RejectCode.MACROS: "В файле есть макросы или управляющие элементы. Сохраните документ как обычный DOCX, PPTX или ODT без макросов и загрузите снова.",
    RejectCode.UNSAFE_MARKUP: "Внутри файла есть описание типа документа (DOCTYPE), которого в обычных документах не бывает. Сохраните материал заново из Word или LibreOffice.",
    RejectCode.UNSAFE_ARCHIVE: "Файл собран необычно: внутри недопустимые или повторяющиеся имена частей. Сохраните материал заново из Word или LibreOffice.",
    RejectCode.TOO_LARGE: "Файл слишком велик сам или после распаковки. Сожмите рисунки («Формат рисунка» — «Сжать рисунки»), уберите видео и загрузите снова.",
    RejectCode.TOO_MANY_PAGES: "В файле слишком много страниц. Оставьте описание практики, а остальное вынесите в приложения отдельными файлами.",
    RejectCode.TIMEOUT: "Файл слишком сложен: его не удалось прочесть за отведённое время. Сохраните материал заново, упростите рисунки и таблицы или пришлите PDF.",
    RejectCode.MEMORY: "Файл слишком сложен: на чтение не хватило отведённой памяти. Уменьшите рисунки, упростите таблицы или пришлите материал частями.",
    RejectCode.NOT_TYPESET: "Файл прочитан, но копия для экспертов из него не получается: оформление слишком сложно. Сохраните материал заново как DOCX с обычным текстом, таблицами и рисунками и загрузите снова; если и это не поможет, напишите организатору.",
    RejectCode.VIRUS: "Антивирус нашёл в файле вирус, поэтому файл закрыт и никому не передаётся. Проверьте свой компьютер антивирусом, сохраните материал заново как DOCX или PDF и загрузите снова; если считаете, что это ошибка, напишите организатору.",
}

WARNINGS: dict[WarningCode, str] = {
    WarningCode.SCANNED_NO_TEXT: "Страницы файла — снимки без текста: поиск и проверка по тексту невозможны. Если есть исходный документ, загрузите его.",
    WarningCode.SCANNED_PAGES: "Часть страниц — снимки без текста. Если есть исходный документ, загрузите его.",
    WarningCode.TEXT_RECOGNISED: "Текст распознан по снимкам страниц: проверьте, нет ли в нём ошибок. Если есть исходный документ, лучше загрузите его.",
    WarningCode.RECOGNISED_POORLY: "Снимки нечёткие, текст распознан с ошибками. Снимите страницы заново: ровно, при хорошем свете, без теней; или загрузите исходный документ.",
    WarningCode.RECOGNITION_UNAVAILABLE: "Распознавание снимков на этом сервере не установлено (программа Tesseract с русским языком), поэтому текст со снимков не взят. Загрузите исходный документ или попросите администратора установить её.",
    WarningCode.GARBLED_TEXT: "Буквы в файле закодированы так, что текст читается с ошибками. Загрузите исходный DOCX или сохраните PDF заново.",
    WarningCode.FEW_CHARACTERS: "В файле очень мало текста. Проверьте, тот ли файл вы выбрали.",
    WarningCode.NO_HEADINGS: "В тексте нет заголовков. Отметьте их стилями «Заголовок 1», «Заголовок 2»: так статья в сборнике будет выглядеть лучше.",
    WarningCode.REPAIRED: "Файл был повреждён, его удалось восстановить. Проверьте по предпросмотру, всё ли на месте.",
    WarningCode.EXTENSION_MISMATCH: "Расширение в имени не отвечает содержанию файла. Проверьте, тот ли файл вы выбрали.",
    WarningCode.RESTRICTED: "В файле включён запрет копирования или печати. Материал принят; для сборника лучше прислать файл без запрета.",
    WarningCode.TABLES_SKIPPED: "В файле очень много таблиц, часть из них прочитана как обычный текст. Проверьте предпросмотр.",
    WarningCode.PICTURES_DROPPED: "Часть рисунков прочитать не удалось. Вставьте их как PNG или JPEG и загрузите файл снова.",
    WarningCode.PERSONAL_DATA: "В тексте есть телефоны, адреса почты или номера документов. Уберите их: материал увидят посторонние.",
    WarningCode.CHILDREN_NAMED: "Похоже, в тексте названы дети. Замените имена («ученик 5 класса») или приложите согласия родителей.",
    WarningCode.AUTHOR_NAMED_IN_TEXT: "В тексте названы автор, его организация или муниципалитет. Эксперты увидят копию, где это скрыто; проверьте её.",
    WarningCode.METADATA_AUTHOR: "В свойствах файла указано имя автора. В копии для экспертов свойства удалены, делать ничего не нужно.",
    WarningCode.TRACKED_CHANGES: "В файле остались исправления. Взят текст с принятыми исправлениями; проверьте его или примите исправления сами.",
    WarningCode.COMMENTS: "В файле остались примечания. В сборник и экспертам они не попадут; перенесите в текст то, что важно.",
    WarningCode.SPEAKER_NOTES: "В презентации есть заметки к слайдам. В сборник и экспертам они не попадут; перенесите в слайды то, что важно.",
    WarningCode.ACTIVE_CONTENT: "В файле есть действия, сценарии или вложения. Из копии для экспертов они удалены; по возможности уберите их из исходного файла.",
    WarningCode.EXTERNAL_LINKS: "Часть содержания лежит вне файла (рисунки или шаблон по ссылке) и не загружается. Вставьте рисунки в сам файл; в Markdown их вставить нельзя, такой материал пришлите как DOCX или ODT.",
    WarningCode.CHILDREN_DATA: "Похоже, в тексте есть сведения о детях: список класса, даты рождения, диагнозы. Уберите их или обобщите («двое учеников с ОВЗ»).",
    WarningCode.POSTAL_ADDRESS: "В тексте есть почтовый адрес с домом. Оставьте населённый пункт, а улицу и дом уберите, если это чей-то дом.",
    WarningCode.PERSONAL_PAGES: "В тексте есть ссылки на личные страницы, чаты или облачные папки. По ним узнают автора, и через год они не откроются; замените их сайтом организации или вставьте нужное в файл.",
    WarningCode.PEOPLE_NAMED: "В тексте названы люди по имени и отчеству. Оставьте тех, кто согласен, чтобы их назвали; детей и родителей не называйте.",
    WarningCode.PICTURE_WITHOUT_SOURCE: "Под рисунками не сказано, чьи они. Допишите под каждым: «Фото автора», «Рисунок ученика, 5 класс» или «Источник: …».",
    WarningCode.PICTURE_TOO_SMALL: "Рисунок мал для печати: на бумаге он будет размыт. Вставьте снимок большего размера.",
    WarningCode.FONTS_NOT_EMBEDDED: "Шрифты не вложены в PDF: на другом компьютере буквы могут смениться. Сохраните PDF заново с вложенными шрифтами (в Word: «Параметры» — «Совместимость с PDF/A») или пришлите DOCX.",
    WarningCode.EMBEDDED_MEDIA: "В файле есть видео или звук. В сборник и экспертам они не попадут: вставьте кадр и напишите, что на нём происходит.",
    WarningCode.DEAD_LINKS: "Ссылка ведёт на ваш компьютер или внутрь сети и ни у кого другого не откроется. Уберите её или замените адресом в Интернете.",
    WarningCode.FORMULAS_BROKEN: "Формулы из PDF переносятся с ошибками: дроби и степени распадаются на строки. Пришлите DOCX с формулами или попросите организатора напечатать PDF как есть.",
}


def sentence(code: RejectCode | WarningCode) -> str:
    """Say in Russian what is wrong and what to do."""
    return REJECTIONS[code] if isinstance(code, RejectCode) else WARNINGS[code]


class Limits(Schema):
    """What one file may cost; sizes in bytes, ``seconds`` both of processor and of wall clock.

    ``unpacked``, ``ratio`` and ``entries`` bound the archive inside office files; the ratio
    counts only above ``ratio_floor`` bytes, since small honest XML compresses very well.
    ``written`` bounds one file that a reading leaves, ``output`` all of them.
    ``recognition`` is the share of the seconds that scanned pages may take; pictures need theirs.
    """

    seconds: float = 20.0
    memory: int = 1024 * MEGABYTE
    size: int = 50 * MEGABYTE
    pages: int = 500
    unpacked: int = 300 * MEGABYTE
    ratio: int = 200
    ratio_floor: int = 16 * MEGABYTE
    entries: int = 5000
    written: int = 64 * MEGABYTE
    output: int = 512 * MEGABYTE
    recognition: float = 0.6


class Extraction(Schema):
    """One line of ``marathon extract``; ``pages`` is unknown for flowing text without a count."""

    file: str
    status: Literal["ok", "rejected"]
    reason: RejectCode | None = None
    kind: Kind | None = None
    pages: int | None = None
    characters: int = 0
    tables: int = 0
    images: int = 0
    title: str = ""
    warnings: tuple[WarningCode, ...] = ()
    seconds: float = 0.0


class Finding(Schema):
    """Something a person should look at: ``text`` as it stands, ``where`` in words.

    ``around`` are the words about it, the text itself among them.
    """

    code: WarningCode
    text: str
    where: str = ""
    around: str = ""
