"""Faults found while reading a project: collected, then reported together."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from warehouse.errors import (
    CompileErrors,
    ConfigError,
    Location,
    WarehouseError,
    nearest,
)


class Problems:
    """Errors and warnings of one reading; `strict` turns the warnings into errors."""

    def __init__(self, warn: Callable[[str], None], *, strict: bool) -> None:
        self._warn = warn
        self.strict = strict
        self.errors: list[WarehouseError] = []

    @contextmanager
    def collect(self, name: str = "", failed: set[str] | None = None) -> Iterator[None]:
        """Keep an error that happens inside, and go on behind.

        The name of what failed is added to `failed`.
        """
        try:
            yield
        except WarehouseError as error:
            found = error.errors if isinstance(error, CompileErrors) else [error]
            self.errors.extend(found)
            if failed is not None:
                failed.add(name)

    def warn(self, text: str) -> None:
        """Report what is no error, however strict the project is."""
        self._warn(text)

    def doubt(self, error: WarehouseError) -> None:
        """Report what dbt passes over: an error when strict, else a warning."""
        if self.strict:
            self.errors.append(error)
        else:
            self.warn(str(error))

    def unknown_keys(
        self,
        what: str,
        keys: Iterable[str],
        known: Iterable[str],
        locate: Callable[[str], Location],
    ) -> None:
        """Report each key that is not among the known ones, with the nearest."""
        known = set(known)
        for key in keys:
            if key not in known:
                self.doubt(
                    ConfigError(
                        f"unknown key `{key}` in {what}",
                        location=locate(key),
                        hint=nearest(str(key), known),
                    )
                )

    def raise_errors(self) -> None:
        """Raise what was collected: one error as itself, several together."""
        unique = {str(error): error for error in self.errors}
        if len(unique) == 1:
            raise next(iter(unique.values()))
        if unique:
            raise CompileErrors(unique.values())
