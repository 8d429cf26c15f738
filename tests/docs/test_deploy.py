"""Everything the examples of ``deploy/`` name exists, and their limits are those of the code."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import click
import pytest
import yaml
from fastapi.testclient import TestClient
from moto.server import ThreadedMotoServer
from uvicorn import Config

from flows.runtime.deploying import ENGINE, POOL, PROCESS_TYPE
from review_api import parts
from review_api.app import MULTIPART_OVERHEAD, create_app
from review_api.bounded_http import MOST_BYTES, PATIENCE
from review_api.cli.main import command
from review_api.supervisor import HEARTBEAT_FILE
from schemas.errors import BadInput
from schemas.settings import LOCAL_HOSTS, MEGABYTE, Settings, read_settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
YAML = [path for path in FILES if path.suffix in {".yaml", ".json"}]
UNITS = [path for path in FILES if path.suffix in {".service", ".target"}]
MANIFESTS = sorted((DEPLOY / "kubernetes").rglob("*.yaml"))
PROGRAM = "/opt/teaching-marathon/.venv/bin/marathon "
# Passwords of databases: settings of PostgreSQL and of the addresses, not of ours.
OF_POSTGRES = {"MARATHON_DATABASE_PASSWORD"}


def documents(path: Path) -> list[Any]:
    return [one for one in yaml.safe_load_all(path.read_text("utf-8")) if one]


def named(path: Path) -> str:
    return str(path.relative_to(DEPLOY))


def compose() -> Any:
    return documents(DEPLOY / "compose.yaml")[0]


def pods() -> Iterator[dict[str, Any]]:
    for path in MANIFESTS:
        for one in documents(path):
            if one["kind"] in {"Deployment", "Job"}:
                yield one["spec"]["template"]["spec"]


def containers() -> list[dict[str, Any]]:
    return [container for pod in pods() for container in pod["containers"]]


def command_lines() -> Iterator[list[str]]:
    for path in UNITS:
        for line in re.findall(r"^ExecStart=(.+)$", path.read_text("utf-8"), re.MULTILINE):
            assert line.startswith(PROGRAM)
            yield shlex.split(line.removeprefix(PROGRAM).replace("%i", "8001"))
    for service in compose()["services"].values():
        if service["image"] == "teaching-marathon" and "entrypoint" not in service:
            yield service["command"]
    yield from (one["args"] for one in containers() if one["image"] == "teaching-marathon")
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for line in re.findall(r"^(?:\S*bin/)?marathon (part .+?)(?: +#.*)?$", page, re.MULTILINE):
        yield shlex.split(line)


@pytest.mark.parametrize("path", YAML, ids=named)
def test_yaml_and_json_can_be_read(path: Path) -> None:
    assert documents(path)


@pytest.mark.parametrize("path", FILES, ids=named)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    names = set(re.findall(r"MARATHON_[A-Z_]+", path.read_text("utf-8"))) - OF_POSTGRES
    assert {name.removeprefix("MARATHON_").lower() for name in names} <= {*Settings.model_fields}


def test_values_of_the_examples_are_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written = (DEPLOY / "systemd" / "marathon.env.example").read_text("utf-8")
    of_a_unit = dict(re.findall(r"^(MARATHON_\w+)=(.*)$", written, re.MULTILINE))
    [config] = documents(DEPLOY / "kubernetes" / "settings.yaml")
    for values in (of_a_unit, config["data"]):
        with monkeypatch.context() as environment:
            for name, value in values.items():
                environment.setenv(name, value)
            assert read_settings(tmp_path).secret_cookies


@pytest.mark.parametrize("words", list(command_lines()), ids=" ".join)
def test_command_lines_are_understood(words: list[str]) -> None:
    found: click.Command = command
    context = click.Context(found)
    while isinstance(found, click.Group):
        known = found.get_command(context, words[0])
        assert known is not None, words
        found, words = known, words[1:]
    found.make_context("marathon", list(words))


def test_every_part_of_an_installation_is_started() -> None:
    started = [tuple(words[:2]) for words in command_lines()]
    for part in ("web", "prefect", "runner", "worker"):
        assert started.count(("part", part)) >= 3  # units, containers, Kubernetes


def test_probes_ask_what_is_answered(installation: Any) -> None:
    site = TestClient(create_app(installation), base_url="http://127.0.0.1:8000")
    web = next(one for one in containers() if one["name"] == "web")
    for kind, path in {"startup": "live", "liveness": "live", "readiness": "ready"}.items():
        probe = web[f"{kind}Probe"]["httpGet"]
        assert probe["path"] == f"/healthz/{path}"
        assert site.get(probe["path"]).status_code == 200
        # Under the address of a pod the site would answer that it does not know the name.
        [host] = probe["httpHeaders"]
        assert host["value"] in LOCAL_HOSTS & {*Settings.model_fields["allowed_hosts"].default}
    tried = " ".join(compose()["services"]["web"]["healthcheck"]["test"])
    [path] = re.findall(r"http://127\.0\.0\.1:8000(/[\w/]+)", tried)
    assert site.get(path).status_code == 200
    beat = " ".join(map(str, next(one for one in containers() if one["name"] == "runner").values()))
    assert f"/data/{HEARTBEAT_FILE}" in beat


def nginx(directive: str) -> str:
    text = (DEPLOY / "nginx" / "marathon.conf").read_text("utf-8")
    [value] = re.findall(rf"^ *{directive} (.+);$", text, re.MULTILINE)
    return str(value)


def test_limits_of_the_proxy_are_those_of_the_site() -> None:
    largest = Settings.model_fields["max_upload"].default + MULTIPART_OVERHEAD
    assert int(nginx("client_max_body_size").removesuffix("m")) * MEGABYTE == largest
    ingress = next(
        one for one in documents(DEPLOY / "kubernetes" / "web.yaml") if one["kind"] == "Ingress"
    )
    notes = ingress["metadata"]["annotations"]
    assert notes["nginx.ingress.kubernetes.io/proxy-body-size"] == nginx("client_max_body_size")
    count, size = nginx("large_client_header_buffers").split()
    assert int(count) * int(size.removesuffix("k")) * 1024 == MOST_BYTES
    for directive in ("client_header_timeout", "client_body_timeout", "send_timeout"):
        assert float(nginx(directive).removesuffix("s")) == PATIENCE
    # The site hangs up first, so that people read its sentence.
    assert float(nginx("proxy_send_timeout").removesuffix("s")) > PATIENCE
    assert float(nginx("proxy_read_timeout").removesuffix("s")) > PATIENCE


def test_requests_reach_the_site_when_they_begin() -> None:
    assert nginx("proxy_request_buffering") == "off"  # deadlines go by the moment they began


def test_idle_connections_are_dropped_by_the_proxy_first() -> None:
    patience = Config("app").timeout_keep_alive
    for path in DEPLOY.glob("nginx/upstream*.conf"):
        [seconds] = re.findall(r"keepalive_timeout (\d+)s;", path.read_text("utf-8"))
        assert int(seconds) < patience


def test_public_ports_lead_to_the_proxy_alone() -> None:
    for name, service in compose()["services"].items():
        ports = [str(port) for port in service.get("ports", [])]
        assert name == "nginx" or all(port.startswith("127.0.0.1:") for port in ports)
    assert "4200" not in (DEPLOY / "nginx" / "marathon.conf").read_text("utf-8")


def test_proxies_that_are_believed_share_a_network_with_the_web_alone() -> None:
    services = compose()["services"]
    words = services["web"]["command"]
    [network] = compose()["networks"]["front"]["ipam"]["config"]
    assert words[words.index("--proxies") + 1] == network["subnet"]
    assert {name for name, one in services.items() if "front" in one["networks"]} == {
        "web",
        "nginx",
    }


def test_containers_are_nobody_and_write_only_where_they_must() -> None:
    for pod in pods():
        assert pod["securityContext"]["runAsNonRoot"]
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"]
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["limits"]
    ours = [one for one in compose()["services"].values() if one["image"] == "teaching-marathon"]
    assert all(one["read_only"] and one["cap_drop"] == ["ALL"] for one in ours)
    assert re.search(r"^USER \d+:\d+$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)


def test_image_takes_everything_that_the_code_needs() -> None:
    kept = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    lock = "deploy/requirements.lock"
    for name in (*packages, project["project"]["readme"], "prefect.yaml", lock):
        assert f"\n!{name}\n" in kept
        assert (ROOT / name).exists()


def test_secrets_are_only_referred_to() -> None:
    held = {
        one["metadata"]["name"] for one in documents(DEPLOY / "kubernetes" / "secrets.example.yaml")
    }
    for container in containers():
        asked = [
            one["secretRef"]["name"] for one in container.get("envFrom", []) if "secretRef" in one
        ]
        assert {*asked} <= held
    listed = documents(DEPLOY / "kubernetes" / "kustomization.yaml")[0]["resources"]
    assert "secrets.example.yaml" not in listed
    assert all((DEPLOY / "kubernetes" / name).exists() for name in listed)


def test_connections_of_all_processes_fit_into_postgresql() -> None:
    services = compose()["services"]
    [most] = re.findall(r"max_connections=(\d+)", " ".join(services["postgres"]["command"]))
    worker = services["worker"]
    runs = int(worker["command"][worker["command"].index("--limit") + 1])
    web = services["web"]["deploy"]["replicas"]
    processes = web + 1 + worker["deploy"]["replicas"] * runs
    assert 20 * processes + 15 < int(most) - 20


def test_containers_of_runs_start_what_workers_start() -> None:
    [pool] = documents(DEPLOY / "kubernetes" / "jobs" / "pool.json")
    assert pool["variables"]["properties"]["command"]["default"] == ENGINE
    job = pool["job_configuration"]["job_manifest"]["spec"]["template"]["spec"]
    assert job["securityContext"]["runAsNonRoot"]
    assert job["containers"][0]["securityContext"]["readOnlyRootFilesystem"]


def test_bucket_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "marathon")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        [script] = compose()["services"]["bucket"]["command"]
        for _ in range(2):
            exec(compile(script, "bucket", "exec"), {})  # noqa: S102  our own file
        assert [one["Name"] for one in boto3.client("s3").list_buckets()["Buckets"]] == ["marathon"]
    finally:
        server.stop()


def test_a_part_has_the_command_and_variables_of_the_supervisor(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path, prefect_api_url="http://prefect:4200/api", prefect_auth="user:word"
    )
    web = parts.web(settings, host="0.0.0.0", port=8000, proxies="10.0.0.0/8")  # noqa: S104
    assert web.words[-2:] == ("--forwarded-allow-ips", "10.0.0.0/8")
    worker = parts.worker(settings, limit=3)
    assert worker.words[:5] == (sys.executable, "-m", "prefect", "worker", "start")
    assert {POOL, PROCESS_TYPE, "3"} <= {*worker.words}
    assert worker.environment["PATH"].startswith(str(Path(sys.executable).parent))
    for part in (worker, parts.runner(settings, pool_type=PROCESS_TYPE)):
        assert part.environment["PREFECT_API_URL"] == settings.prefect_api_url
        assert part.environment["PREFECT_API_AUTH_STRING"] == "user:word"
        assert part.environment["DO_NOT_TRACK"] == part.environment["OPENBLAS_NUM_THREADS"] == "1"
    database = {parts.PREFECT_DATABASE: "postgresql+asyncpg://prefect:word@postgres/prefect"}
    server = parts.prefect(settings, host="127.0.0.1", port=4200, environment=database)
    assert server.environment["PREFECT_SERVER_API_AUTH_STRING"] == "user:word"
    assert "PREFECT_API_URL" not in server.environment


def test_a_part_says_what_it_lacks(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, prefect_api_url="", prefect_auth="user:word")
    with pytest.raises(BadInput, match="MARATHON_PREFECT_API_URL"):
        parts.worker(settings, limit=1)
    with pytest.raises(BadInput, match=parts.PREFECT_DATABASE):
        parts.prefect(settings, host="127.0.0.1", port=4200, environment={})
    open_to_all = settings.model_copy(update={"prefect_auth": Settings().prefect_auth})
    with pytest.raises(BadInput, match="MARATHON_PREFECT_AUTH"):
        parts.prefect(open_to_all, host="127.0.0.1", port=4200, environment={})


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_nginx_takes_the_example(tmp_path: Path) -> None:
    key, certificate = tmp_path / "marathon.key", tmp_path / "marathon.crt"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
         "/CN=marathon.example.ru", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    site = (DEPLOY / "nginx" / "marathon.conf").read_text("utf-8")
    (tmp_path / "site.conf").write_text(site.replace("/etc/nginx/tls", str(tmp_path)))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n  access_log off;\n"
        f"  include {DEPLOY}/nginx/upstream.conf;\n  include {tmp_path}/site.conf;\n}}\n"
    )
    told = subprocess.run(
        ["nginx", "-t", "-q", "-p", tmp_path, "-c", tmp_path / "nginx.conf"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for path in UNITS:
        unit = path.read_text("utf-8").replace(PROGRAM, "/bin/true ")
        (tmp_path / path.name).write_text(unit)
    told = subprocess.run(
        ["systemd-analyze", "verify", *(tmp_path / path.name for path in UNITS)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")


def test_units_leave_the_walls_around_reading_what_they_need() -> None:
    for path in UNITS:
        unit = path.read_text("utf-8")
        if path.suffix == ".service":
            assert "RestrictNamespaces=user net\n" in unit
            assert "SystemCallFilter=~" in unit  # Landlock and seccomp are not on the list
            assert "@sandbox" not in unit
            assert "MemoryDenyWriteExecute=yes" not in unit
            assert "\nUser=marathon\n" in unit
