"""OAI-PMH 2.0: what libraries and indexes may ask about published articles, and our answers.

Pure: records and the request's arguments in, XML out (openarchives.org/OAI/openarchivesprotocol).
A resumption token names the last record that was given, so that a list goes on rightly even where
an edition that came out meanwhile has moved its records to the end. Whatever does not read as a
token of ours is refused; a forged one gets no more than anybody may ask for.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

from flows.compilation.descriptions.oai_dc import OAI_DC, SCHEMA, XSI
from flows.compilation.descriptions.records import Element, node, xml
from flows.notices.message import MAILBOX
from schemas.base import Schema

OAI = "http://www.openarchives.org/OAI/2.0/"
PREFIX = "oai_dc"
PAGE = 100
NO_EMAIL = "not-set@example.invalid"
_DAY, _SECOND = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"
_LENGTH_OF_DAY = 10
ET.register_namespace("", OAI)


class Fault(Exception):
    """``code`` is the protocol's; ``says`` explains it to the harvester's owner."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(says)
        self.code = code
        self.says = says


@dataclass(frozen=True)
class Record:
    """A published article; ``content`` makes its oai_dc element when it is asked for."""

    identifier: str
    stamp: datetime
    set_spec: str
    content: Callable[[], Element]


@dataclass(frozen=True)
class Repository:
    """``sets`` are names by set; ``records`` stand in the order of their moments and identifiers."""

    name: str
    address: str
    email: str
    sets: Mapping[str, str]
    records: Sequence[Record] = field(default=())


class Token(Schema):
    """Where a list goes on: after the record ``after`` of the moment ``since``.

    ``offset`` counts the records that were given before.
    """

    verb: str
    prefix: str = PREFIX
    start: str = ""
    end: str = ""
    spec: str = ""
    since: str = ""
    after: str = ""
    offset: int

    def written(self) -> str:
        return base64.urlsafe_b64encode(self.model_dump_json().encode()).decode()


_ALLOWED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    # verb: arguments that must be given, arguments that may
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
    "ListIdentifiers": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
    "ListRecords": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
}


def answer(repository: Repository, arguments: Sequence[tuple[str, str]], *, now: datetime) -> bytes:
    """Return the whole response to a request with ``arguments``, faults included."""
    asked = dict(arguments)
    try:
        _check(arguments, asked)
        content: list[Element] = [_VERBS[asked["verb"]](repository, asked)]
        echoed = asked
    except Fault as fault:
        content = [node(_tag("error"), text=fault.says, code=fault.code)]
        echoed = {} if fault.code in {"badVerb", "badArgument"} else asked
    request = node(_tag("request"), text=repository.address, **echoed)
    root = node(_tag("OAI-PMH"), node(_tag("responseDate"), text=_written(now)), request, *content)
    root.set(f"{{{XSI}}}schemaLocation", f"{OAI} {OAI}OAI-PMH.xsd")
    return xml(root)


def admin_email(*written: str) -> str:
    """The first address in ``written`` that the protocol admits, which asks for a dot after «@».

    The element may not be left out: without any address it names one that can never exist
    (RFC 2606).
    """
    found = (MAILBOX.search(one) for one in written)
    return next((one.group() for one in found if one), NO_EMAIL)


def _tag(name: str) -> str:
    return f"{{{OAI}}}{name}"


def _check(arguments: Sequence[tuple[str, str]], asked: Mapping[str, str]) -> None:
    verb = asked.get("verb", "")
    if verb not in _ALLOWED or sum(name == "verb" for name, _ in arguments) != 1:
        raise Fault("badVerb", "Такого глагола в протоколе нет, или он повторён.")
    if len(asked) != len(arguments):
        raise Fault("badArgument", "Один из параметров повторён.")
    needed, optional = _ALLOWED[verb]
    given = set(asked) - {"verb"}
    if verb.startswith("List") and "resumptionToken" in given:
        needed, optional = frozenset({"resumptionToken"}), frozenset()
    if not needed <= given <= needed | optional:
        names = ", ".join(sorted(given ^ needed)) or "—"
        raise Fault("badArgument", f"Лишние или недостающие параметры: {names}.")


def _identify(repository: Repository, _asked: Mapping[str, str]) -> Element:
    stamps = [record.stamp for record in repository.records]
    earliest = min(stamps, default=datetime(2020, 1, 1, tzinfo=UTC))
    fields = (
        ("repositoryName", repository.name),
        ("baseURL", repository.address),
        ("protocolVersion", "2.0"),
        ("adminEmail", repository.email),
        ("earliestDatestamp", _written(earliest)),
        ("deletedRecord", "no"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
    )
    return node(_tag("Identify"), *(node(_tag(name), text=value) for name, value in fields))


def _formats(repository: Repository, asked: Mapping[str, str]) -> Element:
    if "identifier" in asked:
        _found(repository, asked["identifier"])
    known = node(
        _tag("metadataFormat"),
        node(_tag("metadataPrefix"), text=PREFIX),
        node(_tag("schema"), text=SCHEMA),
        node(_tag("metadataNamespace"), text=OAI_DC),
    )
    return node(_tag("ListMetadataFormats"), known)


def _sets(repository: Repository, asked: Mapping[str, str]) -> Element:
    if "resumptionToken" in asked:
        raise Fault("badResumptionToken", "Список наборов отдаётся целиком.")
    if not repository.sets:
        raise Fault("noSetHierarchy", "Опубликованных сборников ещё нет.")
    sets = (
        node(_tag("set"), node(_tag("setSpec"), text=spec), node(_tag("setName"), text=name))
        for spec, name in repository.sets.items()
    )
    return node(_tag("ListSets"), *sets)


def _get(repository: Repository, asked: Mapping[str, str]) -> Element:
    record = _found(repository, asked["identifier"])
    _require_format(asked["metadataPrefix"])
    return node(_tag("GetRecord"), _full(record))


def _identifiers(repository: Repository, asked: Mapping[str, str]) -> Element:
    return _listed(repository, asked, _header)


def _records(repository: Repository, asked: Mapping[str, str]) -> Element:
    return _listed(repository, asked, _full)


def _listed(
    repository: Repository, asked: Mapping[str, str], show: Callable[[Record], Element]
) -> Element:
    token = _wanted(asked)
    _require_format(token.prefix)
    start, end = _bounds(token)
    records = [
        one
        for one in repository.records
        if start <= one.stamp <= end and token.spec in {"", one.set_spec}
    ]
    rest = [one for one in records if _place(one) > (token.since, token.after)]
    if not rest and token.offset:
        raise Fault("badResumptionToken", "Список успел измениться: начните его сначала.")
    if not rest:
        raise Fault("noRecordsMatch", "За это время и в этом наборе записей нет.")
    page = rest[:PAGE]
    onward = _onward(token, page[-1], is_last=len(rest) <= PAGE, total=len(records))
    return node(_tag(token.verb), *map(show, page), onward)


def _place(record: Record) -> tuple[str, str]:
    return _written(record.stamp), record.identifier


def _onward(token: Token, last: Record, *, is_last: bool, total: int) -> Element | None:
    if is_last and not token.offset:
        return None
    since, after = _place(last)
    place = {"since": since, "after": after, "offset": token.offset + PAGE}
    words = "" if is_last else token.model_copy(update=place).written()
    marks = {"completeListSize": str(total), "cursor": str(token.offset)}
    return node(_tag("resumptionToken"), text=words, **marks)


def _wanted(asked: Mapping[str, str]) -> Token:
    if "resumptionToken" not in asked:
        return Token(
            verb=asked["verb"],
            prefix=asked["metadataPrefix"],
            start=asked.get("from", ""),
            end=asked.get("until", ""),
            spec=asked.get("set", ""),
            offset=0,
        )
    try:
        text = base64.b64decode(asked["resumptionToken"], altchars=b"-_", validate=True)
        token = Token.model_validate(json.loads(text))
    except (ValueError, binascii.Error, RecursionError):
        raise Fault("badResumptionToken", "Этот ключ выдали не мы.") from None
    if token.verb != asked["verb"] or token.offset <= 0 or token.offset % PAGE:
        raise Fault("badResumptionToken", "Этот ключ — от другого списка.")
    return token


def _bounds(token: Token) -> tuple[datetime, datetime]:
    """Both ends belong to the span; a day as the end is taken whole."""
    if token.start and token.end and len(token.start) != len(token.end):
        raise Fault("badArgument", "from и until записаны с разной точностью.")
    start = _moment(token.start) if token.start else datetime.min.replace(tzinfo=UTC)
    end = datetime.max.replace(tzinfo=UTC)
    if token.end:
        whole = timedelta(days=1) if len(token.end) == _LENGTH_OF_DAY else timedelta(seconds=1)
        end = _moment(token.end) + (whole - timedelta(microseconds=1))
    if start > end:
        raise Fault("badArgument", "from позже, чем until.")
    return start, end


def _moment(written: str) -> datetime:
    form = _DAY if len(written) == _LENGTH_OF_DAY else _SECOND
    try:
        return datetime.strptime(written, form).replace(tzinfo=UTC)
    except ValueError:
        raise Fault("badArgument", f"Не дата протокола: {written[:40]}.") from None


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(_SECOND)


def _found(repository: Repository, identifier: str) -> Record:
    for record in repository.records:
        if record.identifier == identifier:
            return record
    raise Fault("idDoesNotExist", "Такой записи нет.")


def _require_format(prefix: str) -> None:
    if prefix != PREFIX:
        raise Fault("cannotDisseminateFormat", f"Записи отдаются только в форме {PREFIX}.")


def _header(record: Record) -> Element:
    return node(
        _tag("header"),
        node(_tag("identifier"), text=record.identifier),
        node(_tag("datestamp"), text=_written(record.stamp)),
        node(_tag("setSpec"), text=record.set_spec),
    )


def _full(record: Record) -> Element:
    metadata = node(_tag("metadata"), record.content())
    return node(_tag("record"), _header(record), metadata)


_VERBS: Mapping[str, Callable[[Repository, Mapping[str, str]], Element]] = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "GetRecord": _get,
    "ListIdentifiers": _identifiers,
    "ListRecords": _records,
}
