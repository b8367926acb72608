"""Microbatch models: the rows of one span of time after the other, or none."""

import pytest
from tiny import PROJECT, TinyProject

from warehouse.errors import UsageError

EVENTS = "id,moment,amount\n1,2024-01-01 10:00:00,10\n2,2024-02-01 00:00:00,20\n"
MODEL = """\
    {{ config(
        materialized='incremental', incremental_strategy='microbatch',
        event_time='moment',
        batch_size='month', begin='2023-12-30'
    ) }}
    select id, moment, amount, '{{ model.batch.id }}' as batch
    from {{ ref('raw') }}
    """
ROWS = "select id, amount, batch from events order by all"
JANUARY = {"event_time_start": "2024-01-01", "event_time_end": "2024-02-01"}


@pytest.fixture
def events(tmp_path):
    """Return a tiny project with a model of monthly batches."""
    tiny = TinyProject(tmp_path)
    tiny.write(
        {
            **PROJECT,
            "seeds/raw.csv": EVENTS,
            "seeds/_seeds.yml": "seeds: [{name: raw, config: {event_time: moment}}]",
            "models/events.sql": MODEL,
        }
    )
    return tiny


def test_a_new_table_has_every_batch_since_it_began(events):
    """Each batch reads its own rows; those that are long past stay as they are."""
    events.build()
    assert events.rows(ROWS) == [(1, 10, "202401"), (2, 20, "202402")]
    events.write({"seeds/raw.csv": EVENTS.replace("10\n", "11\n")})
    events.build()
    assert events.rows(ROWS) == [(1, 10, "202401"), (2, 20, "202402")]


def test_a_span_that_is_asked_for_is_built_again(events):
    """`--event-time-start` and `--event-time-end` name the batches to replace."""
    events.build()
    events.write(
        {"seeds/raw.csv": EVENTS.replace("10\n", "11\n").replace("20\n", "21\n")}
    )
    events.build(options=JANUARY)
    assert events.rows(ROWS) == [(1, 11, "202401"), (2, 20, "202402")]


def test_one_batch_that_fails_leaves_all_as_they_were(events):
    """All batches of a run come in together, so that no gap stays behind."""
    events.build()
    events.write(
        {"seeds/raw.csv": EVENTS.replace("10\n", "11\n").replace("20\n", "21\n")}
    )
    events.edit(
        "models/events.sql",
        "id, moment,",
        "if(amount > 20, error('no'), id) as id, moment,",
    )
    options = {**JANUARY, "event_time_end": "2024-03-01"}
    assert events.build(options=options)["events"] == "error"
    assert "models/events.sql" in events.detail("events")
    assert events.rows(ROWS) == [(1, 10, "202401"), (2, 20, "202402")]


def test_rows_that_nothing_filters_are_told(events):
    """A model all of whose inputs lack `event_time` reads them whole in every batch."""
    events.remove("seeds/_seeds.yml")
    events.build()
    assert "nothing that it reads has an `event_time`" in events.warnings()[0]


@pytest.mark.parametrize(
    ("span", "told"),
    [
        ({"event_time_start": "2024-01-01"}, "needs --event-time-end"),
        ({"event_time_end": "2024-01-01"}, "needs --event-time-start"),
        ({**JANUARY, "event_time_start": "2024-02-01"}, "is not before"),
        ({**JANUARY, "event_time_end": "soon"}, "is no time"),
    ],
)
def test_a_span_is_whole(events, span, told):
    """Both ends of a span are named, and in their order."""
    with pytest.raises(UsageError, match=told):
        events.build(options=span)


def test_a_key_means_nothing_to_batches(events):
    """A `unique_key` beside microbatch is refused, as in dbt."""
    events.edit("models/events.sql", "'month',", "'month', unique_key='id',")
    assert events.build()["events"] == "error"
    assert "a batch replaces the rows of its time" in events.detail("events")
