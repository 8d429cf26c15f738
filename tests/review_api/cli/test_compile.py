"""``marathon compile``: exit codes and what stands on which stream."""

import json
from pathlib import Path

from click.testing import CliRunner

from review_api.cli.compile import command


def test_collection_is_written_and_its_path_is_printed(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Текст практики о чтении.", encoding="utf-8")
    author = {"name": "Иванова Мария Петровна"}
    good = {"title": "Практика", "authors": [author], "file": "a.md", "consent": True}
    articles = [good, {**good, "title": "Без согласия", "consent": False}]
    manifest = {"title": "Сборник", "year": 2024}
    manifest["sections"] = [{"title": "Раздел", "articles": articles}]
    (tmp_path / "m.json").write_text(json.dumps(manifest), encoding="utf-8")
    out = tmp_path / "out"
    result = CliRunner().invoke(command, [str(tmp_path / "m.json"), "--out", str(out)])
    assert result.exit_code == 0
    assert result.stdout.strip() == str(out / "collection.pdf")
    assert result.stderr.count("\n") == 1
    assert "согласия" in result.stderr
    assert (out / "site/index.html").is_file()


def test_bad_manifest_is_one_line_and_exit_code_two(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text("{}")
    for name in ("m.json", "absent.json"):
        result = CliRunner().invoke(command, [str(tmp_path / name), "--out", str(tmp_path / "o")])
        assert result.exit_code == 2
        assert result.stderr.count("\n") == 1
        assert not (tmp_path / "o").exists()
