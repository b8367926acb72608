"""Where SQL runs: one Protocol, and DuckDB behind it."""

from warehouse.engine.protocol import Engine, EngineError, Result

__all__ = ["Engine", "EngineError", "Result"]
