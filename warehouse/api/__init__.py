"""The names for those who call the engine from Python."""

from warehouse.api.project import Project
from warehouse.api.result import BuildResult

__all__ = ["BuildResult", "Project"]
