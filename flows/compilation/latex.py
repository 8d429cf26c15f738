"""The text of a volume in LaTeX: what the peers of the bench are given to set."""

from flows.documents.printing.layout import lines_of
from flows.documents.structure import own_inlines
from schemas.document import Block, Heading, Note
from schemas.volume import Volume

_TEX = {sign: f"\\{sign}" for sign in "{}$&#_%"} | {"\\": r"\textbackslash{}", "^": "", "~": " "}
_PREAMBLE = r"""\documentclass[11pt]{book}
\usepackage{fontspec,graphicx}
\usepackage[paperwidth=170mm,paperheight=240mm,margin=20mm]{geometry}
\setmainfont{Liberation Serif}
\usepackage{polyglossia}\setdefaultlanguage{russian}
\begin{document}\tableofcontents
"""


def latex(volume: Volume) -> str:
    """Return headings, paragraphs, footnotes and pictures of ``volume`` as a LaTeX document."""
    parts = [_PREAMBLE]
    for section in volume.sections:
        parts.append(f"\\chapter{{{_escaped(section.title)}}}")
        for article in section.articles:
            parts.append(f"\\section{{{_escaped(article.title)}}}")
            for block in article.document.blocks:
                parts += _lines(block)
            parts += [
                f"\\includegraphics[width=\\linewidth]{{{path}}}\n"
                for path in article.images.values()
            ]
    return "\n".join([*parts, r"\end{document}"])


def _lines(block: Block) -> list[str]:
    text = "\n\n".join(_escaped(line) for line in lines_of((block,)))
    if isinstance(block, Heading):
        return [f"\\subsection*{{{text}}}"]
    notes = [inline for inline in own_inlines(block) if isinstance(inline, Note)]
    words = ["\\footnote{" + _escaped(" ".join(lines_of(note.blocks))) + "}" for note in notes]
    return [text + "".join(words) + "\n"]


def _escaped(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)
