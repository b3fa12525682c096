"""What the image claims, checked in its text and by importing what it runs without what it does not install.

No container engine runs here: that the image builds and starts is not tested.
"""

import json
import re
import shlex
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import yaml

from app.cli.home import PROJECT
from app.settings import MigrationSettings, Settings

DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
INSTRUCTIONS = [line for line in re.sub(r"\\\n", " ", DOCKERFILE).splitlines() if re.match("[A-Z]+ ", line)]
FINAL_STAGE = INSTRUCTIONS[max(number for number, line in enumerate(INSTRUCTIONS) if line.startswith("FROM")) :]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def final(instruction: str) -> str:
    found = [line for line in FINAL_STAGE if line.startswith(instruction + " ")]
    return re.sub(r"^.*?(?=\[)|^[A-Z]+ ", "", found[-1], count=1)


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def test_the_service_runs_as_nobody_special() -> None:
    assert final("USER") == "10001:10001"


def test_what_is_installed_is_locked_by_hash() -> None:
    (install,) = [line for line in INSTRUCTIONS if "pip install" in line]
    assert "--require-hashes" in install
    assert "COPY requirements/service.txt /tmp/service.txt" in INSTRUCTIONS


def test_every_path_that_is_copied_exists_and_is_not_ignored() -> None:
    allowed = {
        line[1:] for line in (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"
    }
    copied = {
        word
        for line in INSTRUCTIONS
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    }
    assert copied == allowed
    assert all((PROJECT / path).exists() for path in copied)


def test_the_health_check_is_a_program_that_parses() -> None:
    interpreter, option, program = json.loads(final("HEALTHCHECK"))
    assert (interpreter, option) == ("python", "-c")
    compile(program, "HEALTHCHECK", "exec")
    assert "/livez" in program


def test_secrets_come_from_the_environment() -> None:
    for service in compose()["services"].values():
        for name, value in service["environment"].items():
            if re.search("PASSWORD|SECRET|TOKEN|URL", name):
                assert "${" in value
    assert not re.search("PASSWORD|SECRET|TOKEN", DOCKERFILE)


def test_the_compose_file_sets_what_the_settings_need() -> None:
    services = compose()["services"]
    needed = {
        field.validation_alias or f"RUNG_{name}".upper()
        for name, field in Settings.model_fields.items()
        if field.is_required()
    }
    assert needed == set(services["service"]["environment"])
    known = {field.validation_alias or f"RUNG_{name}".upper() for name, field in MigrationSettings.model_fields.items()}
    assert set(services["migrate"]["environment"]) <= known
    assert services["service"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_every_setting_is_documented() -> None:
    text = (PROJECT / "docs" / "deploy.md").read_text(encoding="utf-8")
    fields = Settings.model_fields | MigrationSettings.model_fields
    assert [
        name for name, field in fields.items() if f"`{field.validation_alias or f'RUNG_{name}'.upper()}`" not in text
    ] == []


def locked(name: str) -> set[str]:
    text = (PROJECT / "requirements" / name).read_text(encoding="utf-8")
    return {canonical(found) for found in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


def test_service_and_migrations_import_nothing_that_the_image_lacks(tmp_path: Path) -> None:
    missing = locked("dev.txt") - locked("service.txt")
    absent = sorted(
        module
        for module, distributions in packages_distributions().items()
        if {canonical(name) for name in distributions} <= missing
    )
    assert "psutil" in absent
    probe = tmp_path / "probe.py"
    probe.write_text(
        f"import sys\nsys.modules.update(dict.fromkeys({absent!r}))\n"  # An import of such a module raises ImportError.
        "import app.main, app.cli.__main__, app.cli.migrate, app.repositories.tables\n",
        encoding="utf-8",
    )
    command = [sys.executable, str(probe)]
    done = subprocess.run(command, env={"PYTHONPATH": str(PROJECT)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_command_names_a_server_that_is_installed() -> None:
    command = json.loads(final("CMD"))
    assert canonical(command[0]) in locked("service.txt")
    assert shlex.join(command).startswith("uvicorn app.main:create_app --factory")
