"""A selection as a tree: single terms, joined by union, intersection and difference."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from warehouse.errors import UsageError, nearest
from warehouse.manifest.previous import STATE_METHODS
from warehouse.manifest.selector_methods import METHODS

INDIRECT = ("eager", "cautious", "buildable", "empty")
_CRITERION = re.compile(
    r"(?P<at>@)?(?P<up>\d*\+)?"
    r"(?:(?P<method>[a-z_]+(?:\.[\w.-]+)?):)?(?P<value>[^+@]*?)(?P<down>\+\d*)?"
)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One term of a selection; depths are None for "all the way", 0 for "no step".

    `indirect` says which tests come along; None leaves it to the command.
    """

    method: str
    argument: str
    value: str
    upstream: int | None = 0
    downstream: int | None = 0
    is_at: bool = False
    indirect: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Several selections joined by `union`, `intersection` or `difference`.

    `is_said` marks a group of the command line: there tests whose upstream comes
    together only in the group are added, if the command's mode is not eager.
    """

    kind: str
    members: "tuple[Spec, ...]"
    is_said: bool = False


Spec = Criterion | Group


def read_criterion(text: str) -> Criterion:
    """Read one term.

    >>> read_criterion("2+tag:nightly").upstream
    2

    Raises UsageError for what is no term, or an unknown method.
    """
    match = _CRITERION.fullmatch(text)
    if match is None or not match["value"]:
        raise UsageError(f'cannot read the selector "{text}"')
    method, _, argument = (match["method"] or "").partition(".")
    if not method:
        is_path = "/" in match["value"]
        is_file = match["value"].endswith((".sql", ".csv", ".py", ".yml"))
        method = "path" if is_path else "file" if is_file else "fqn"
    check_method(method, text)
    return Criterion(
        method=method,
        argument=argument,
        value=match["value"],
        upstream=_depth(match["up"]),
        downstream=_depth(match["down"]),
        is_at=match["at"] is not None,
    )


def check_method(method: str, text: str) -> None:
    """Refuse a method that there is not, naming the nearest."""
    known = {*METHODS, *STATE_METHODS}
    if method not in known:
        raise UsageError(
            f'unknown selector method "{method}" in "{text}"',
            hint=nearest(method, known) or f"methods: {', '.join(sorted(known))}",
        )


def _depth(text: str | None) -> int | None:
    if text is None:
        return 0
    steps = text.strip("+")
    return int(steps) if steps else None


def read_union(texts: Iterable[str]) -> Group:
    """Read what --select or --exclude says: spaces unite, commas intersect."""
    terms: list[Spec] = []
    for text in texts:
        if not text.strip():
            raise UsageError("a selector is empty", hint="leave the flag out for all")
        for term in text.split():
            parts = tuple(map(read_criterion, term.split(",")))
            terms.append(Group("intersection", parts, is_said=True))
    return Group("union", tuple(terms), is_said=True)


def with_indirect(criterion: Criterion, mode: str | None) -> Criterion:
    """Return the term with its own word on which tests come along."""
    if mode is not None and mode not in INDIRECT:
        hint = nearest(mode, INDIRECT) or f"modes: {', '.join(INDIRECT)}"
        raise UsageError(f'no indirect selection "{mode}"', hint=hint)
    return replace(criterion, indirect=mode)
