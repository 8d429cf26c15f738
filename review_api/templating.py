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
from typing import Any, cast

from babel.messages.mofile import write_mo
from babel.support import Translations
from jinja2 import (
    ChainableUndefined,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    nodes,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup

from review_api import catalogues, formats
from review_api.frame import Frame, with_query
from review_api.sentences import Sentences

HERE = Path(__file__).parent
STATIC = HERE / "static"
TYPED_PLACE = re.compile(r"""\bvalue=["']?\s*$|<textarea[^>]*>\s*$""")
SAID_KEYS = frozenset({"text", "html"})


OURS = frozenset(
    {
        *("caption", "city", "heading", "hint", "label", "legend", "status", "summary", "tick"),
        *("broken", "kind", "load", "outcome", "phase", "role", "roles", "stage", "state", "unit"),
        *("chance", "decision", "expert", "reviews", "status_name", "verdict", "why", "words"),
    }
)
"""Names templates give to words that are always ours, never typed."""
TABLES = frozenset({"columns", "heads", "labels", "past"})
GIVEN = frozenset({"name", "title"})
GIVEN_TO = frozenset(
    {
        *("author", "call", "cluster", "expert", "marathon", "municipality", "organisation"),
        *("person", "submission", "work"),
    }
)
"""``work.title``, ``person.name``: what people called a thing or themselves, said by nobody."""


class Typed(str):
    """Words of a person: in every language as they were typed, however far a template hands them."""

    __slots__ = ()


class Listening(Environment):
    """Every ``{{ value }}`` of a template passes ``heard``, save where a form gives back what was typed."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for call in tree.find_all(nodes.Call):
            call.args = [_told_if_ours(one) for one in call.args]
        rows: list[nodes.Tuple | nodes.List] = [*tree.find_all(nodes.Tuple)]
        for row in [*rows, *tree.find_all(nodes.List)]:
            row.items = [_kept_if_typed(one) for one in row.items]
        for pair in tree.find_all(nodes.Pair):
            pair.value = _kept_if_typed(pair.value)
        for output in tree.find_all(nodes.Output):
            output.nodes = list(_heard(output.nodes))
        return tree


def _told_if_ours(given: nodes.Expr) -> nodes.Expr:
    """What a macro is given, said when it is a word of ours: the macro does not know it by name."""
    return _through("told", given) if _ours(given) else _kept_if_typed(given)


def _kept_if_typed(given: nodes.Expr) -> nodes.Expr:
    return _through("typed", given) if _typed(given) else given


def _through(way: str, part: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(part, way, [], [], None, None, lineno=part.lineno)


def _ours(part: nodes.Expr) -> bool:
    """Whether the expression is a word of ours by its name: a label, a value of a table of words."""
    if isinstance(part, nodes.Getitem | nodes.Getattr):
        table = _name(part.node).lower()
        if table in TABLES or table.endswith(("names", "words")):
            return True
    return _name(part) in OURS


def _typed(part: nodes.Expr) -> bool:
    """Whether the expression is by its name what people typed: the title of a work, a person's name."""
    if not isinstance(part, nodes.Getattr) or part.attr not in GIVEN:
        return False
    return _name(part.node) in GIVEN_TO


def _name(part: nodes.Node) -> str:
    return str(getattr(part, "attr", getattr(part, "name", "")))


def _heard(parts: list[nodes.Expr]) -> Iterator[nodes.Expr]:
    before = ""
    for part in parts:
        written = isinstance(part, nodes.TemplateData)
        if written or _typed(part) or TYPED_PLACE.search(before):
            yield part
        else:
            yield _through("told" if _ours(part) else "heard", part)
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
    env.globals["gettext"] = speaking(cast("Callable[..., str]", env.globals["gettext"]), catalogue)
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
    env.filters["said"] = partial(_said, catalogue, language)
    env.filters["typed"] = typed
    env.filters["heard"] = hearing(language)
    env.filters["told"] = telling(language)
    env.filters["initials"] = formats.initials
    env.filters["typeset"] = formats.typeset
    env.filters["browser"] = formats.browser
    env.globals.update(
        govuk=partial(govuk, language=language),
        static=static,
        with_query=with_query,
        plural=writers.plural,
        plural_word=writers.plural_word,
    )
    return env


def speaking(own: Callable[..., str], catalogue: gettext.NullTranslations) -> Callable[..., str]:
    """``_()``: words that stand in templates may hold markup; a value is text and gets escaped."""

    @pass_context
    def speak(context: Context, words: str, /, **gaps: object) -> str:
        if isinstance(words, Markup) or words in template_words():
            return Markup(context.call(own, words, **gaps))  # noqa: S704 - our own words
        said = catalogue.gettext(words)
        return said % gaps if gaps else said

    return speak


@cache
def template_words() -> frozenset[str]:
    """Every literal of the templates: a test keeps the English catalogue complete."""
    return frozenset(catalogues.pairs("en", "messages"))


def _said(catalogue: gettext.NullTranslations, language: str, text: str | None) -> str:
    """The filter of words that are ours, a table's or a sentence's; nothing for nothing."""
    known = catalogue.gettext(text) if text else ""
    return said(known, language)


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
        return sentences(self.language).say_whole(message)


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
        else {**catalogues.pairs(language, "messages"), **catalogues.pairs(language, "sentences")}
    )


def said(text: str, language: str) -> str:
    """A sentence made in Python, in the language as far as it is known."""
    return text if language == "ru" else sentences(language).say(text)


def hearing(language: str) -> Callable[[object], object]:
    """The filter of every value shown: a whole sentence of ours is said, all else left as it is."""
    return _of_plain_text(language, sentences(language).hear)


def telling(language: str) -> Callable[[object], object]:
    """The filter of words that are ours."""
    return _of_plain_text(language, sentences(language).say)


def typed(value: object) -> object:
    """The filter of what people typed."""
    return Typed(value) if type(value) is str else value


def _of_plain_text(language: str, change: Callable[[str], str]) -> Callable[[object], object]:
    """``change`` of text that is not HTML yet; Russian is left as it is."""

    def changed(value: object) -> object:
        return change(value) if language != "ru" and type(value) is str else value

    return changed


def _compiled(language: str, domain: str) -> BytesIO:
    compiled = BytesIO()
    write_mo(compiled, catalogues.read(language, domain))
    compiled.seek(0)
    return compiled


def govuk(name: str, params: dict[str, Any], language: str = "ru") -> Markup:
    """A govuk-frontend component by file and parameters: ``govuk("radios", {...})``."""
    macro = "govuk" + "".join(part.capitalize() for part in name.split("-"))
    module = _borrowed().get_template(f"govuk_frontend_jinja/components/{name}/macro.html").module
    told = params if language == "ru" else _told(params, telling(language))
    return Markup(getattr(module, macro)(told))  # noqa: S704 - their macros escape our values


def _told(params: Any, tell: Callable[[object], object]) -> Any:  # noqa: ANN401  (their shapes)
    """The parameters with their texts said; values that come back from forms stay."""
    if isinstance(params, dict):
        return {
            key: tell(value) if key in SAID_KEYS else _told(value, tell)
            for key, value in params.items()
        }
    if isinstance(params, list | tuple):
        return [_told(one, tell) for one in params]
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
