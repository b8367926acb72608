"""What leaves for other systems: events to a file or URL, facts to a hook command."""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from warehouse.errors import ReleaseError
from warehouse.secrets import redact

HOOK_SECONDS = 60.0


def deliver(
    events: Iterable[Mapping[str, Any]], place: str, root: Path, seconds: float
) -> None:
    """Send events, each as JSON: a line of a file, or a POST to a URL.

    A file's path counts from `root`; it is appended to. Raises ReleaseError.
    """
    texts = [redact(json.dumps(event, default=str)) for event in events]
    try:
        if place.startswith(("http://", "https://")):
            for text in texts:
                _post(place, text, seconds)
            return
        path = root / place.removeprefix("file://")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"{text}\n" for text in texts)
    except OSError as error:
        message = f"no events of the run at {redact(place)}: {error}"
        raise ReleaseError(message) from error


def _post(url: str, text: str, seconds: float) -> None:
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get("OPENLINEAGE_API_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    request = Request(url, text.encode(), headers)  # noqa: S310 - http(s), see above
    with urlopen(request, timeout=seconds):  # noqa: S310
        pass


def run_hook(
    command: str, facts: Mapping[str, Any], root: Path, *, waits: bool = True
) -> None:
    """Run a shell command in the project's folder, and tell it the facts.

    As JSON on its standard input; those that are no lists also in the environment, as
    WAREHOUSE_…. Where there is no time, nobody waits for it. Raises ReleaseError when
    it fails, or takes too long.
    """
    names = {f"WAREHOUSE_{key.upper()}": _text(value) for key, value in facts.items()}
    process = subprocess.Popen(  # noqa: S602 - it is the project's own command line
        command,
        shell=True,
        cwd=root,
        env={**os.environ, **{k: v for k, v in names.items() if v is not None}},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if waits else subprocess.DEVNULL,
        stderr=subprocess.STDOUT if waits else subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    given = redact(json.dumps(facts, default=str))
    if not waits:
        _leave(process, given)
        return
    try:
        said, _ = process.communicate(given, timeout=HOOK_SECONDS)
    except subprocess.TimeoutExpired as error:
        process.kill()
        raise ReleaseError(
            f"the hook took more than {HOOK_SECONDS:g} s: {command}"
        ) from error
    if process.returncode:
        lines = said.strip().splitlines()[-5:]
        text = f"the hook ended with {process.returncode}: {command}"
        raise ReleaseError("\n".join([text, *(f"  {line}" for line in lines)]))


def _leave(process: "subprocess.Popen[str]", given: str) -> None:
    """Give a process its input, which a pipe holds, and let it go its own way."""
    with suppress(BrokenPipeError):
        if process.stdin is not None:
            process.stdin.write(given)
            process.stdin.close()


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, list | Mapping):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return redact(str(value))
