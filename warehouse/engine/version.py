"""The database's name and version, known without importing it."""

from importlib import metadata


def version() -> str:
    """Return what fingerprints call the database: another version may build others."""
    return f"duckdb {metadata.version('duckdb')}"
