"""What always holds, tried often: graph order, reach, selectors, config, schedule."""

from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from warehouse.compiler.tokens import canonical
from warehouse.manifest.config import merge, normalized
from warehouse.manifest.graph import CycleError, Graph
from warehouse.manifest.selectors import select
from warehouse.project.yaml import parse
from warehouse.run.schedule import Schedule

NAMES = st.sampled_from([f"n{number}" for number in range(12)])


@st.composite
def dags(draw) -> dict[str, list[str]]:
    """Draw nodes, each upstream of some behind it in a hidden order."""
    names = draw(st.permutations([f"n{number}" for number in range(12)]))
    return {
        name: draw(st.lists(st.sampled_from(names[:place]), unique=True, max_size=3))
        if place
        else []
        for place, name in enumerate(names)
    }


@given(dags())
def test_each_comes_after_all_that_it_needs(upstream):
    """The order has every name once, each behind what is upstream of it."""
    order = Graph(upstream).order()
    place = {name: index for index, name in enumerate(order)}
    assert sorted(order) == sorted(upstream)
    assert all(
        place[need] < place[name] for name, needs in upstream.items() for need in needs
    )


@given(dags(), st.randoms())
def test_the_order_does_not_depend_on_how_the_graph_was_written(upstream, random):
    """The same edges in another order of writing give the same order."""
    shuffled = [(name, random.sample(n, len(n))) for name, n in upstream.items()]
    random.shuffle(shuffled)
    assert Graph(dict(shuffled)).order() == Graph(upstream).order()


@given(dags(), NAMES, NAMES)
def test_an_edge_back_is_a_cycle_and_is_shown(upstream, first, second):
    """A graph with a cycle tells one, as a path along its edges."""
    graph = Graph(upstream)
    if second not in graph.ancestors([first]) and first != second:
        return
    circular = {**upstream, second: [*upstream[second], first]}
    with pytest.raises(CycleError) as told:
        Graph(circular).order()
    path = told.value.path
    assert path[0] == path[-1]
    assert all(need in circular[name] for name, need in pairwise(path))


@given(dags(), NAMES, NAMES)
def test_upstream_is_downstream_seen_from_the_other_end(upstream, a, b):
    """One is an ancestor of another just when the other is its descendant."""
    graph = Graph(upstream)
    assert (a in graph.ancestors([b])) == (b in graph.descendants([a]))


@given(dags(), NAMES, st.integers(0, 5))
def test_a_step_further_reaches_as_far_as_the_neighbours_do(upstream, name, depth):
    """Reaching n + 1 steps is reaching n steps from here and from the neighbours."""
    graph = Graph(upstream)
    neighbours = graph.ancestors([name], 1)
    further = graph.ancestors(neighbours, depth) | neighbours
    assert graph.ancestors([name], depth + 1) == further
    assert graph.ancestors([name], 12) == graph.ancestors([name])


@given(dags(), st.sets(NAMES), st.sets(NAMES))
def test_reach_adds_up(upstream, first, second):
    """What two sets reach together is what each reaches, without themselves."""
    graph = Graph(upstream)
    both = first | second
    apart = graph.descendants(first) | graph.descendants(second)
    assert graph.descendants(both) == apart - both


@given(dags(), st.data())
def test_a_schedule_runs_everything_in_order(upstream, data):
    """Whatever ends first, each node runs once, after all that it waits for."""
    schedule = Schedule(tuple(Graph(upstream).order()), upstream)
    running, done = set(), set()
    while schedule or running:
        while (name := schedule.next()) is not None:
            assert set(upstream[name]) <= done
            running.add(name)
        ended = data.draw(st.sampled_from(sorted(running)))
        running.remove(ended)
        done.add(ended)
        schedule.succeed(ended)
    assert done == set(upstream)


def test_a_schedule_begins_the_longest_chain():
    """Of those that may run the one with most behind it in a row, then the first."""
    upstream = {"alone": (), "wide": (), "a": (), "b": ("a",), "c": ("b",)}
    upstream |= {f"of_wide_{n}": ("wide",) for n in range(5)}
    schedule = Schedule(tuple(upstream), upstream)
    assert [schedule.next() for _ in range(4)] == ["a", "wide", "alone", None]
    schedule.succeed("wide")
    schedule.succeed("a")
    assert [schedule.next(), schedule.next()] == ["b", "of_wide_0"]


@given(dags(), st.data())
def test_a_schedule_skips_all_downstream_of_what_failed(upstream, data):
    """Each node runs, or is skipped once because of what is upstream of it."""
    graph = Graph(upstream)
    schedule = Schedule(tuple(graph.order()), upstream)
    ran, failed, skipped = set(), set(), {}
    while (name := schedule.next()) is not None:
        ran.add(name)
        if data.draw(st.booleans()):
            schedule.succeed(name)
            continue
        failed.add(name)
        for user, blocker in schedule.fail(name):
            assert user not in skipped
            skipped[user] = blocker
    assert ran | set(skipped) == set(upstream)
    assert set(skipped) == graph.descendants(failed) - failed
    assert all(blocker in graph.ancestors([user]) for user, blocker in skipped.items())


TERMS = st.sampled_from(
    [
        *("+sales", "stg_*+", "tag:nightly", "@joined", "1+report", "alone"),
        *("source:bank+1", "resource_type:seed", "config.materialized:table"),
        *("path:models/marts", "test_type:generic"),
    ]
)


@given(TERMS, TERMS, TERMS)
def test_the_algebra_of_selectors(manifest, a, b, c):
    """Space is union, comma intersection, --exclude difference of sets."""

    def chosen(*terms: str, excluded: tuple[str, ...] = ()) -> set[str]:
        return set(select(manifest, terms, excluded))

    assert chosen(a, b) == chosen(f"{a} {b}") == chosen(a) | chosen(b)
    assert chosen(f"{a},{b}") == chosen(a) & chosen(b)
    assert chosen(a, excluded=(b,)) == chosen(a) - chosen(b)
    assert chosen(f"{a},{b} {c}") == (chosen(a) & chosen(b)) | chosen(c)
    assert chosen(a, b, excluded=(f"{b},{c}",)) == (chosen(a) | chosen(b)) - (
        chosen(b) & chosen(c)
    )
    assert chosen(excluded=(a,)) == chosen() - chosen(a)


TAGS = st.lists(st.sampled_from("abc"), max_size=2)
LAYERS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "schema": st.sampled_from(["x", "y", None]),
            "materialized": st.sampled_from(["table", "view"]),
            "tags": TAGS,
            "meta": st.dictionaries(st.sampled_from("pq"), st.integers(0, 3)),
        },
    ),
    max_size=4,
)


@given(LAYERS, LAYERS)
def test_layers_of_config_can_be_merged_in_any_grouping(first, second):
    """Merging some layers first changes nothing."""
    assert merge([*first, *second]) == merge([merge(first), merge(second)])


@given(LAYERS)
def test_the_nearest_layer_wins(layers):
    """A plain key has the value of the last layer that sets it; tags have all."""
    merged = merge(layers)
    for key in ("schema", "materialized"):
        given_values = [layer[key] for layer in layers if key in layer]
        assert merged.get(key) == (given_values[-1] if given_values else None)
    assert merged.get("tags", []) == [tag for x in layers for tag in x.get("tags", [])]
    meta = {key: value for x in layers for key, value in x.get("meta", {}).items()}
    assert merged.get("meta", {}) == meta


@given(LAYERS)
def test_normalizing_twice_is_normalizing_once(layers):
    """A config in one spelling stays as it is."""
    for layer in layers:
        once = normalized({f"+{key}": value for key, value in layer.items()})
        assert normalized(once) == once == normalized(layer)


WORDS = st.sampled_from(["select", "a", ",", "(", ")", "'x y'", '"A b"', "1.5"])


@given(st.lists(WORDS, min_size=1), st.randoms())
def test_layout_is_no_part_of_a_statement(words, random):
    """Any space or comment between tokens leaves the canonical form as it is."""
    gaps = [" ", "\n", "\t  ", " /* c */ ", " -- c\n"]
    spaced = "".join(word + random.choice(gaps) for word in words)
    assert canonical(spaced, "duckdb") == canonical(" ".join(words), "duckdb")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.sampled_from("aé:#' \n-")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c d"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_yaml_is_read_as_its_library_reads_it(value):
    """Reading YAML with the lines of its values changes none of them."""
    text = yaml.safe_dump(value)
    assert parse(text, "x.yml").data == value
