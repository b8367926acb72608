"""dbt's selection syntax over the project in `selection/`."""

import shlex
from argparse import ArgumentParser

import pytest
from pairs import read_cases

from warehouse.errors import UsageError
from warehouse.manifest.manifest import Manifest
from warehouse.manifest.selectors import Selector, select, unmatched


def name(manifest: Manifest, unique_id: str) -> str:
    """Return a node's name, a source's with its table."""
    _, _, *names = unique_id.split(".")
    is_test = manifest[unique_id].resource_type == "test"
    return names[0] if is_test else ".".join(names)


@pytest.mark.parametrize("case", read_cases("selectors"))
def test_a_selection(case, manifest):
    """A selection chooses the nodes that dbt's `ls` lists for it."""
    options = ArgumentParser()
    options.add_argument("--select", nargs="+", action="extend", default=[])
    options.add_argument("--exclude", nargs="+", action="extend", default=[])
    options.add_argument("--tests", action="store_true")
    asked = options.parse_args(shlex.split(case.parts["input"]))
    types = {"model", "seed", "source", "analysis"} | (
        {"test"} if asked.tests else set()
    )
    found = select(manifest, asked.select, asked.exclude, types)
    names = sorted(name(manifest, unique_id) for unique_id in found)
    assert " ".join(names) == case.parts["expected"]


def test_what_is_selected_comes_in_build_order(manifest):
    """The ids come in the order in which they are built, however they were asked."""
    found = select(manifest, ["report sales stg_orders raw_orders"], types=["model"])
    assert [name(manifest, key) for key in found] == ["stg_orders", "sales", "report"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tags:x", 'unknown selector method "tags" in "tags:x"'),
        ("+", 'cannot read the selector "+"'),
        ("tag:", 'cannot read the selector "tag:"'),
        ("a++b", 'cannot read the selector "a++b"'),
    ],
)
def test_a_selector_that_is_none(manifest, text, message):
    """What is no selector is refused, with the nearest method."""
    with pytest.raises(UsageError) as refused:
        select(manifest, [text])
    assert refused.value.message == message


def test_a_method_that_is_misspelt_has_a_hint(manifest):
    """A misspelt method is told with the nearest one."""
    with pytest.raises(UsageError) as refused:
        select(manifest, ["tags:x"])
    assert refused.value.hint == 'did you mean "tag"?'


def test_a_selector_that_matches_nothing_is_named(manifest):
    """A selector that chooses nothing is told with the nearest name."""
    hint = 'did you mean "stg_orders" or "stg_rates"?'
    assert unmatched(Selector(manifest), ["sales stg_order", "tag:absent"]) == [
        f'the selector "stg_order" matches nothing; {hint}',
        'the selector "tag:absent" matches nothing',
    ]
