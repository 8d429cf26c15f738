"""``marathon extract`` prints a line for each file, in order, whatever the files are."""

import json

from click.testing import CliRunner
from docx import Document

from review_api.cli.extract import command

FIELDS = [
    *("file", "status", "reason", "kind", "pages", "characters"),
    *("tables", "images", "title", "warnings", "seconds"),
]


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def word(path, words):
    document = Document()
    document.add_paragraph(words)
    document.save(path)
    return path


def test_lines_come_in_the_order_of_the_files(tmp_path):
    files = [word(tmp_path / f"{n}.docx", "слово " * (n + 1)) for n in range(6)]
    files.insert(2, tmp_path / "missing.pdf")
    (tmp_path / "empty.pdf").touch()
    files.append(tmp_path / "empty.pdf")
    result = run(*files)
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["file"] for line in lines] == [str(path) for path in files]
    assert [line["reason"] for line in lines if line["reason"]] == ["not_found", "empty"]
    assert all(list(line) == FIELDS for line in lines)


def test_result_goes_to_a_file_when_asked(tmp_path):
    out = tmp_path / "out.jsonl"
    result = run(word(tmp_path / "a.docx", "слово"), "--out", out)
    assert result.exit_code == 0
    assert json.loads(out.read_text("utf-8"))["characters"] == len("слово")
    assert not result.stdout


def test_no_file_at_all_is_bad_input_with_one_clear_line(tmp_path):
    result = run(tmp_path / "nothing.docx")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert json.loads(result.stdout)["reason"] == "not_found"
