"""What leaves for other systems: events to a file or URL, facts to a hook command."""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

from warehouse.errors import ReleaseError
from warehouse.secrets import redact

HOOK_SECONDS = 60.0
ANSWER_SECONDS = 60.0  # of a server, while a build goes on


class Outbox:
    """Sends events beside a build, in their order; who closes it waits, and not long.

    To a file, whose path counts from `root` and which is appended to, or to a URL, each
    as a POST. After the first that cannot be sent no more are.
    """

    def __init__(self, place: str, root: Path) -> None:
        self._place = place
        self._root = root
        self._texts: SimpleQueue[str | None] = SimpleQueue()
        self._fault: Exception | None = None
        # A daemon: a server that never answers must not keep the process.
        self._thread = Thread(target=self._work, name="outbox", daemon=True)
        self._thread.start()

    def send(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Take events, each to be sent as JSON."""
        for event in events:
            self._texts.put(redact(json.dumps(event, default=str)))

    def close(self, seconds: float) -> None:
        """Wait until all are sent; ReleaseError when that fails, or takes longer."""
        self._texts.put(None)
        self._thread.join(seconds)
        fault: object = self._fault
        if self._thread.is_alive():
            fault = f"it takes more than {seconds:g} s"
        if fault is not None:
            raise ReleaseError(
                f"no events of the run at {redact(self._place)}: {fault}"
            )

    def _work(self) -> None:
        try:
            while (text := self._texts.get()) is not None:
                if self._place.startswith(("http://", "https://")):
                    _post(self._place, text)
                    continue
                path = self._root / self._place.removeprefix("file://")
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("a", encoding="utf-8") as file:
                    file.write(f"{text}\n")
        except (OSError, ValueError, HTTPException) as fault:
            self._fault = fault


def _post(url: str, text: str) -> None:
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get("OPENLINEAGE_API_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    request = Request(url, text.encode(), headers)  # noqa: S310 - http(s), see above
    with urlopen(request, timeout=ANSWER_SECONDS):  # noqa: S310
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
