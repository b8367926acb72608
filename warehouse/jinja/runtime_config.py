"""`builtins.ref.config`: where packages ask what projects say of themselves.

dbt hands its own objects out there; what packages are known to ask of them is here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.jinja.invocation import Invocation


class Variables(dict[str, Any]):
    """Variables, which dbt has in an object of its own."""

    def to_dict(self) -> dict[str, Any]:
        """Return them as a mapping."""
        return dict(self)


@dataclass(frozen=True, slots=True)
class RuntimeConfig:
    """What one project says of itself, and the command of all of them."""

    invocation: Invocation
    project_name: str

    @property
    def version(self) -> str | None:
        """The version in `dbt_project.yml`."""
        return self.invocation.packages[self.project_name].version

    @property
    def project_root(self) -> str:
        """The folder of the project."""
        return str(self.invocation.packages[self.project_name].root)

    @property
    def dependencies(self) -> Mapping[str, "RuntimeConfig"]:
        """Every project by name, this one too."""
        invocation = self.invocation
        return {name: RuntimeConfig(invocation, name) for name in invocation.packages}

    @property
    def vars(self) -> "Variables":
        """The variables in `dbt_project.yml`, as written."""
        return Variables(self.invocation.packages[self.project_name].vars)

    @property
    def cli_vars(self) -> Mapping[str, Any]:
        """The variables of `--vars`."""
        return self.invocation.command_vars

    @property
    def profile_name(self) -> str:
        """The profile."""
        return self.invocation.target.profile

    @property
    def target_name(self) -> str:
        """The profile's output."""
        return self.invocation.target.name

    @property
    def threads(self) -> int:
        """How many nodes run at once."""
        return self.invocation.target.threads


@dataclass(frozen=True, slots=True)
class Resolver:
    """`ref` or `source`, with the project's config as an attribute."""

    call: Callable[..., Any]
    config: RuntimeConfig

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Resolve a reference."""
        return self.call(*args, **kwargs)
