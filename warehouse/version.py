"""The engine's version: `pyproject.toml` has it from here."""

VERSION = "0.1.0"
