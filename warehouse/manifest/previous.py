"""What an earlier run left, and what of it selects: `state:`, `result:`, freshness."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from warehouse.errors import UsageError, nearest
from warehouse.manifest.artefact import manifest_node
from warehouse.manifest.changes import CHANGES, changed_macros, is_modified
from warehouse.manifest.manifest import Manifest

STATE_METHODS = ("state", "result", "source_status")
STATES = ("new", "old", "modified", "unmodified", *(f"modified.{c}" for c in CHANGES))
_SECTIONS = (
    "nodes", "sources", "exposures", "metrics", "semantic_models", "saved_queries",
    "unit_tests",
)  # fmt: skip


class NoPrevious:
    """Without --state there is nothing to compare with."""

    nodes: Mapping[str, Any] = {}

    def chosen(self, _: Manifest, method: str, value: str) -> set[str]:
        """Refuse: the command has to say where the earlier artefacts are."""
        raise UsageError(
            f"{method}:{value} compares with an earlier run, and none is named",
            hint="say --state FOLDER: where its manifest.json is",
        )


@dataclass(frozen=True)
class Artefacts(NoPrevious):
    """The artefacts of an earlier run, as their JSON has them; None: not there.

    `current_sources` is the newest `sources.json`, for `source_status:`.
    """

    manifest: Mapping[str, Any] | None = None
    results: Mapping[str, Any] | None = None
    sources: Mapping[str, Any] | None = None
    current_sources: Mapping[str, Any] | None = None
    folder: str = field(default="")

    @cached_property
    def nodes(self) -> Mapping[str, Any]:  # type: ignore[override]  # computed once
        """Everything in the earlier manifest by id."""
        found = self._need(self.manifest, "manifest.json")
        return {k: v for name in _SECTIONS for k, v in found.get(name, {}).items()}

    def chosen(self, manifest: Manifest, method: str, value: str) -> set[str]:
        """Return the ids that the comparison chooses. Raises UsageError."""
        if method == "state":
            return self._by_state(manifest, value)
        if method == "result":
            found = self._need(self.results, "run_results.json")["results"]
            return {r["unique_id"] for r in found if r["status"] == value}
        return self._by_freshness(value)

    def _by_state(self, manifest: Manifest, value: str) -> set[str]:
        if value not in STATES:
            hint = nearest(value, STATES) or f"states: {', '.join(STATES)}"
            raise UsageError(f'no state "{value}"', hint=hint)
        ids = (*manifest.nodes, *manifest.sources)
        if value in {"new", "old"}:
            return {key for key in ids if (key in self.nodes) == (value == "old")}
        macros = changed_macros(
            self._need(self.manifest, "manifest.json").get("macros", {}),
            manifest.macros,
        )
        state, _, part = value.partition(".")
        modified = {
            key
            for key in ids
            if is_modified(
                manifest_node(manifest[key]), self.nodes.get(key), part, macros
            )
        }
        return set(ids) - modified if state == "unmodified" else modified

    def _by_freshness(self, value: str) -> set[str]:
        if value != "fresher":
            raise UsageError(f'no source status "{value}"; there is: fresher')
        before = _loaded(self._need(self.sources, "sources.json"))
        now = _loaded(self._need(self.current_sources, "sources.json of this project"))
        return {key for key, at in now.items() if key not in before or at > before[key]}

    def _need(self, found: Mapping[str, Any] | None, file: str) -> Mapping[str, Any]:
        if found is None:
            raise UsageError(f"there is no {file} in {self.folder}")
        return found


def _loaded(sources: Mapping[str, Any]) -> dict[str, str]:
    results: Iterable[Mapping[str, Any]] = sources["results"]
    return {
        result["unique_id"]: result["max_loaded_at"]
        for result in results
        if "max_loaded_at" in result
    }
