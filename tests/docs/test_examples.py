"""Every command in a document that is marked as run is run, in order, and answers in the shape that the document shows.

The mark is an HTML comment above the block, so that it does not show: `<!-- run -->`. A json block that follows is the
expected answer; ids, instants and numbers may differ, names and kinds may not. What `rung serve` prints is in the
environment: the `pos key` as POS_KEY, and so on.
"""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from app.cli.home import PROJECT
from tests import live

EXAMPLE = re.compile(
    r"<!-- run -->\n```(?:bash|console)\n(?P<code>.*?)```(?:\n+[^`\n]*)*?\n*(?:```json\n(?P<answer>.*?)```)?", re.DOTALL
)


def documents() -> list[Path]:
    return [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]


def shape(value: Any) -> Any:
    """Names and kinds of a JSON value, without what differs from run to run."""
    match value:
        case dict():
            return {name: shape(part) for name, part in sorted(value.items())}
        case list():
            return [shape(part) for part in value[:1]]
        case _:
            return type(value).__name__


def test_marked_commands_do_what_the_document_says() -> None:
    with live.serving() as service:
        environment = {**os.environ, **service.secrets, "RUNG_URL": service.url}
        ran = 0
        for path in documents():
            text = path.read_text(encoding="utf-8")
            found = list(EXAMPLE.finditer(text))
            assert len(found) == text.count("<!-- run -->"), f"{path}: a mark stands above no block"
            for example in found:
                # Documents show the address that `make serve` has; this service has another port.
                code = example["code"].replace("http://127.0.0.1:8000", service.url)
                done = subprocess.run(
                    ["/bin/bash", "-euo", "pipefail", "-c", code],
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                assert done.returncode == 0, f"{path}: {code}\n{done.stderr}"
                if example["answer"] is not None:
                    assert shape(json.loads(done.stdout)) == shape(json.loads(example["answer"])), f"{path}: {code}"
                ran += 1
        assert ran > 0
