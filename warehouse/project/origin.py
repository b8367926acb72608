"""What the outcome of a command was made from: while that is the same, so is it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.project.inputs import Inputs, Look


@dataclass(frozen=True, slots=True)
class Origin:
    """All that an outcome depends on.

    `request` is a hash of what was asked for, `places` are the files and folders that
    were read, `engine` ours and those of what we stand on, `environment` has hashes of
    the variables that were read.
    """

    request: str
    places: tuple[str, ...]
    files: Inputs
    engine: Mapping[str, Look]
    python: str
    environment: Mapping[str, str | None]

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Origin":
        """Return what was written as JSON.

        Raises KeyError, TypeError, ValueError or AttributeError for anything else.
        """
        files = values["files"]
        return cls(
            request=values["request"],
            places=tuple(values["places"]),
            files=Inputs(_looks(files["looks"]), files["checksums"], files["newest"]),
            engine=_looks(values["engine"]),
            python=values["python"],
            environment=values["environment"],
        )


def _looks(values: Mapping[str, Any]) -> dict[str, Look]:
    return {path: tuple(seen) if seen else None for path, seen in values.items()}
