"""The one way from a template's name to HTML: strict, escaping, in the reader's language.

``environment(language, zone)`` is cached; ``render`` is what routes call. Form components come
from govuk-frontend-jinja, whose macros rely on absent values, so they live in a lenient
environment of their own behind ``govuk(name, params)`` and ours stays strict.
"""

import gettext
import hashlib
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from jinja2 import (
    ChainableUndefined,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    nodes,
)
from markupsafe import Markup

from review_api import formats
from review_api.frame import Frame, with_query
from review_api.sentences import Sentences

HERE = Path(__file__).parent
STATIC = HERE / "static"
LOCALE = HERE / "locale"
TYPED_PLACE = re.compile(r"""\bvalue=["']?\s*$|<textarea[^>]*>\s*$""")
SAID_KEYS = frozenset({"text", "html"})


class Listening(Environment):
    """Every ``{{ value }}`` of a template passes ``heard``, save where a form gives back what was typed."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for output in tree.find_all(nodes.Output):
            output.nodes = list(_heard(output.nodes))
        return tree


def _heard(parts: list[nodes.Expr]) -> Iterator[nodes.Expr]:
    before = ""
    for part in parts:
        written = isinstance(part, nodes.TemplateData)
        if written or TYPED_PLACE.search(before):
            yield part
        else:
            yield nodes.Filter(part, "heard", [], [], None, None, lineno=part.lineno)
        before = part.data if isinstance(part, nodes.TemplateData) else ""


@cache
def environment(language: str = "ru", zone: str = "Asia/Irkutsk") -> Environment:
    """Jinja set up with our filters; Russian is the source language, others come from catalogues."""
    env = (Environment if language == "ru" else Listening)(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    catalogue = translations(language)
    env.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    writers = writer(language, zone)
    env.filters["date"] = writers.day
    for name in (
        "moment",
        "clock",
        "iso",
        "from_now",
        "number",
        "points",
        "percent",
        "chance",
        "filesize",
    ):
        env.filters[name] = getattr(writers, name)
    env.filters["said"] = lambda text: catalogue.gettext(text) if text else ""
    env.filters["heard"] = hearing(language)
    env.filters["initials"] = formats.initials
    env.filters["browser"] = formats.browser
    env.globals.update(
        govuk=partial(govuk, language=language),
        static=static,
        with_query=with_query,
        plural=writers.plural,
        plural_word=writers.plural_word,
    )
    return env


def writer(language: str, zone: str) -> formats.Formats:
    """What writes dates and numbers in a language and a zone, with our words in the language."""
    return formats.Formats(language, zone, translations(language).gettext)


def render(template: str, frame: Frame, **context: object) -> str:
    """The page in the frame's language and zone; ``errors`` maps field to sentence, empty unless given."""
    page = environment(frame.language, frame.zone).get_template(template)
    return page.render({"errors": {}, **context, "frame": frame})


class Catalogue(Translations):
    """Words of templates, then sentences of Python."""

    def __init__(self, language: str) -> None:
        super().__init__(_compiled(language, "messages"))
        self.add_fallback(SentenceCatalogue(language))


class SentenceCatalogue(gettext.NullTranslations):
    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def gettext(self, message: str) -> str:
        return sentences(self.language).say(message)


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogues, compiled in memory: there is no .mo file to forget."""
    return Translations() if language == "ru" else Catalogue(language)


@cache
def sentences(language: str) -> Sentences:
    """What says Python's sentences in the language; in Russian it says them as they are."""
    return Sentences(
        {}
        if language == "ru"
        else {**_pairs(language, "messages"), **_pairs(language, "sentences")}
    )


def said(text: str, language: str) -> str:
    """A sentence made in Python, in the language as far as it is known."""
    return text if language == "ru" else sentences(language).say(text)


def hearing(language: str) -> Callable[[object], object]:
    """The filter of every value shown: a whole sentence of ours is said, all else left as it is."""
    if language == "ru":
        return lambda value: value
    hear = sentences(language).hear

    def heard(value: object) -> object:
        return hear(value) if type(value) is str else value

    return heard


def _pairs(language: str, domain: str) -> dict[str, str]:
    with _source(language, domain).open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {
        str(one.id): str(one.string) for one in catalogue if one.id and one.string and not one.fuzzy
    }


def _compiled(language: str, domain: str) -> BytesIO:
    compiled = BytesIO()
    with _source(language, domain).open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return compiled


def _source(language: str, domain: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def govuk(name: str, params: dict[str, Any], language: str = "ru") -> Markup:
    """A govuk-frontend component by file and parameters: ``govuk("radios", {...})``."""
    macro = "govuk" + "".join(part.capitalize() for part in name.split("-"))
    module = _borrowed().get_template(f"govuk_frontend_jinja/components/{name}/macro.html").module
    told = params if language == "ru" else _told(params, hearing(language))
    return Markup(getattr(module, macro)(told))  # noqa: S704 - their macros escape our values


def _told(params: Any, hear: Callable[[object], object]) -> Any:  # noqa: ANN401  (their shapes)
    """The parameters with their texts said; values that come back from forms stay."""
    if isinstance(params, dict):
        return {
            key: hear(value) if key in SAID_KEYS else _told(value, hear)
            for key, value in params.items()
        }
    if isinstance(params, list | tuple):
        return [_told(one, hear) for one in params]
    return params


@cache
def _borrowed() -> Environment:
    templates = PackageLoader("govuk_frontend_jinja")
    return Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": templates}),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def static(name: str) -> str:
    """Address of a static file with a mark of its content, so that it may be cached for a year."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={mark}"
