"""The one way from a template's name to HTML: strict, escaping, in the reader's language.

``environment(language, zone)`` is cached; ``render`` is what routes call. Form components come
from govuk-frontend-jinja, whose macros rely on absent values, so they live in a lenient
environment of their own behind ``govuk(name, params)`` and ours stays strict.
"""

import gettext
import hashlib
from functools import cache
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
)
from markupsafe import Markup

from review_api import formats
from review_api.frame import Frame, with_query

HERE = Path(__file__).parent
STATIC = HERE / "static"
LOCALE = HERE / "locale"


@cache
def environment(language: str = "ru", zone: str = "Asia/Irkutsk") -> Environment:
    """Jinja set up with our filters; Russian is the source language, others come from catalogues."""
    env = Environment(
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
    env.filters["initials"] = formats.initials
    env.filters["browser"] = formats.browser
    env.globals.update(
        govuk=govuk,
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


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue, compiled in memory: there is no .mo file to forget."""
    source = LOCALE / language / "LC_MESSAGES" / "messages.po"
    if not source.exists():
        return Translations()
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def govuk(name: str, params: dict[str, Any]) -> Markup:
    """A govuk-frontend component by file and parameters: ``govuk("radios", {...})``."""
    macro = "govuk" + "".join(part.capitalize() for part in name.split("-"))
    module = _borrowed().get_template(f"govuk_frontend_jinja/components/{name}/macro.html").module
    return Markup(getattr(module, macro)(params))  # noqa: S704 - their macros escape our values


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
