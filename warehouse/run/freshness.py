"""Asks sources when they were last loaded, and judges their age."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from time import perf_counter
from typing import Any

from warehouse.engine.protocol import Engine, EngineError
from warehouse.errors import CompileError, WarehouseError
from warehouse.jinja.invocation import Invocation
from warehouse.jinja.templates import Templates
from warehouse.manifest.artefact import metadata, source_dict
from warehouse.manifest.freshness import Freshness
from warehouse.manifest.nodes import Source
from warehouse.run.parallel import in_parallel

SCHEMA = "https://schemas.getdbt.com/dbt/sources/v3.json"
RUNTIME_ERROR = "runtime error"
NEVER = datetime(1, 1, 1, tzinfo=UTC)  # dbt's word for a source without rows


@dataclass(frozen=True, slots=True)
class SourceAge:
    """How old a source is; `error` says why that is not known."""

    source: Source
    status: str
    started_at: datetime
    seconds: float = 0.0
    max_loaded_at: datetime | None = None
    snapshotted_at: datetime | None = None
    error: str | None = None
    thread: str = "main"

    @property
    def age(self) -> timedelta | None:
        """The time since the newest row, where it is known."""
        if self.max_loaded_at is None or self.snapshotted_at is None:
            return None
        return self.snapshotted_at - self.max_loaded_at

    @property
    def is_failure(self) -> bool:
        """Whether the check fails by it."""
        return self.status in {"error", RUNTIME_ERROR}


def check_sources(
    sources: Sequence[Source], templates: Templates, engine: Engine, threads: int
) -> list[SourceAge]:
    """Ask each source on a connection of its own; faults are results."""
    asked = [partial(_checked, source, templates) for source in sources]
    return in_parallel(engine, threads, asked)


def _checked(source: Source, templates: Templates, engine: Engine) -> SourceAge:
    clock = perf_counter()
    result = SourceAge(
        source,
        RUNTIME_ERROR,
        datetime.now(UTC),
        thread=threading.current_thread().name,
    )
    try:
        freshness = source.freshness or Freshness()
        loaded, now = _loaded_at(source, freshness, templates, engine)
        result = replace(result, max_loaded_at=loaded, snapshotted_at=now)
        result = replace(result, status=freshness.status(now - loaded))
    except (WarehouseError, EngineError) as error:
        result = replace(result, error=str(error))
    return replace(result, seconds=perf_counter() - clock)


def _loaded_at(
    source: Source, freshness: Freshness, templates: Templates, engine: Engine
) -> tuple[datetime, datetime]:
    names = {
        "execute": True,
        "this": source.relation,
        "model": source_dict(source),
        "source_node": source_dict(source),
    }
    scope = templates.scope(source.package, names, lambda: engine)
    if source.loaded_at_query is not None:
        name = "collect_freshness_custom_sql"
        query = templates.text(source.loaded_at_query, scope, source.location.file)
        arguments: tuple[Any, ...] = (source.relation, query)
    elif source.loaded_at_field is not None:
        name = "collect_freshness"
        arguments = (source.relation, source.loaded_at_field, freshness.filter)
    else:
        raise CompileError(
            f"{source.source_name}.{source.name} has no `loaded_at_field`",
            location=source.location,
            hint="name the column that says when a row was loaded",
        )
    macro = templates.library.find(name, source.package)
    if macro is None:
        raise CompileError(f"no macro `{name}`")
    row = scope.bind(macro)(*arguments).table.rows[0]
    return _utc(row[0], source) if row[0] is not None else NEVER, _utc(row[1], source)


def _utc(value: Any, source: Source) -> datetime:
    """Return a timestamp in UTC, which one without a zone is taken to be."""
    if not isinstance(value, datetime):
        asked = source.loaded_at_field or "loaded_at_query"
        raise CompileError(
            f"`{asked}` gives {value!r}, which is no timestamp",
            location=source.location,
            hint="cast it: loaded_at_field: day::timestamp",
        )
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def sources_dict(
    ages: Sequence[SourceAge], invocation: Invocation, seconds: float
) -> dict[str, Any]:
    """Return the ages as dbt's `sources.json` has them."""
    return {
        "metadata": metadata(SCHEMA, invocation),
        "results": [_result(age) for age in ages],
        "elapsed_time": seconds,
    }


def _result(found: SourceAge) -> dict[str, Any]:
    source, age = found.source, found.age
    if age is None or found.max_loaded_at is None or found.snapshotted_at is None:
        return {
            "unique_id": source.unique_id,
            "error": found.error,
            "status": found.status,
        }
    ended = found.started_at + timedelta(seconds=found.seconds)
    return {
        "unique_id": source.unique_id,
        "max_loaded_at": _time(found.max_loaded_at),
        "snapshotted_at": _time(found.snapshotted_at),
        "max_loaded_at_time_ago_in_s": age.total_seconds(),
        "status": found.status,
        "criteria": (source.freshness or Freshness()).criteria(),
        "adapter_response": {"_message": "OK"},
        "timing": [
            {
                "name": "execute",
                "started_at": _time(found.started_at),
                "completed_at": _time(ended),
            }
        ],
        "thread_id": found.thread,
        "execution_time": found.seconds,
    }


def _time(moment: datetime) -> str:
    return moment.isoformat()
