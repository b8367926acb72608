"""Incremental models against dbt's."""

import pytest

pytestmark = pytest.mark.slow

FIRST = "id,part,amount,day\n1,a,10,2024-01-01\n2,a,20,2024-01-02\n3,b,30,2024-01-02\n"
SECOND = "id,part,amount,day\n2,a,25,2024-01-03\n3,c,35,2024-01-03\n4,b,40,2024-01-03\n"
NEW = """\
    {% if is_incremental() %}
    where day > (select max(day) from {{ this }})
    {% endif %}
    """
QUERY = f"""\
    select id, part, amount, day from {{{{ ref('raw') }}}}
{NEW}"""
MERGE = "incremental_strategy='merge', unique_key='id'"
CONFIGS = {
    "unset": "",
    "append": "incremental_strategy='append', unique_key='id'",
    "keyed": "unique_key='id'",
    "keyed_list": "unique_key=['id', 'part']",
    "keyed_expression": "unique_key=\"id || '-' || part\"",
    "deleting": "incremental_strategy='delete+insert', unique_key='id'",
    "deleting_some": "incremental_strategy='delete+insert', unique_key='id', "
    "incremental_predicates=['amount < 25']",
    "deleting_listed": "incremental_strategy='delete+insert', unique_key=['id'], "
    "incremental_predicates=['DBT_INCREMENTAL_TARGET.amount < 25']",
    "deleting_without": "incremental_strategy='delete+insert'",
    "merging": MERGE,
    "merging_without": "incremental_strategy='merge'",
    "merging_list": "incremental_strategy='merge', unique_key=['id', 'part']",
    "merging_some": f"{MERGE}, merge_update_columns=['amount']",
    "merging_others": f"{MERGE}, merge_exclude_columns=['Amount', 'day']",
    "merging_both": f"{MERGE}, merge_update_columns=['id'], "
    "merge_exclude_columns=['day']",
    "merging_if": f"{MERGE}, merge_update_condition='DBT_INTERNAL_SOURCE.amount < 30', "
    "merge_insert_condition='DBT_INTERNAL_SOURCE.amount > 99'",
    "merging_predicate": f"{MERGE}, "
    "incremental_predicates=[\"DBT_INTERNAL_DEST.day >= '2024-01-02'\"]",
    "merging_using": "incremental_strategy='merge', "
    "merge_on_using_columns=['id', 'part']",
    "merging_set": f"{MERGE}, merge_update_columns=['amount', 'part'], "
    "merge_update_set_expressions={'amount': 'DBT_INTERNAL_DEST.amount + 1'}",
    "merging_returning": f"{MERGE}, merge_returning_columns=['id']",
    "merging_wrong": f"{MERGE}, merge_update_columns='amount'",
    "clauses": f"{MERGE}, merge_clauses={{'when_matched': ["
    "{'action': 'delete', 'condition': 'DBT_INTERNAL_SOURCE.amount < 30'}, "
    "{'action': 'update', 'mode': 'explicit', 'update': {'exclude': ['day'], "
    "'set_expressions': {'part': \"'z'\"}}}], "
    "'when_not_matched': [{'action': 'insert', 'mode': 'explicit', 'insert': "
    "{'columns': ['id', 'part'], 'values': ['DBT_INTERNAL_SOURCE.id', \"'new'\"]}}]}",
    "clauses_star": f"{MERGE}, merge_clauses={{'when_matched': [{{'action': 'update', "
    "'mode': 'star', 'condition': ['true', 'DBT_INTERNAL_SOURCE.id > 2']}], "
    "'when_not_matched': [{'action': 'insert', 'mode': 'star'}]}",
    "clauses_position": f"{MERGE}, merge_clauses={{'when_matched': [{{'action': "
    "'update', 'mode': 'by_position'}], "
    "'when_not_matched': [{'action': 'insert', 'mode': 'by_position'}]}",
    "clauses_source": f"{MERGE}, merge_clauses={{'when_matched': [{{'action': "
    "'do_nothing'}], 'when_not_matched': [{'action': 'insert', 'mode': 'by_name'}, "
    "{'action': 'update', 'by': 'source', 'set_expressions': {'part': \"'gone'\"}}]}",
    "clauses_delete": f"{MERGE}, merge_clauses={{'when_not_matched': [{{'action': "
    "'delete', 'by': 'source'}]}",
    "clauses_error": f"{MERGE}, merge_clauses={{'when_matched': [{{'action': "
    "'error', 'error_message': \"it's there\"}]}",
    "clauses_wrong": f"{MERGE}, merge_clauses={{'when_matched': []}}",
    "clauses_beside": f"{MERGE}, merge_update_columns=['id'], "
    "merge_clauses={'when_matched': [{'action': 'delete'}]}",
    "overwriting": "incremental_strategy='insert_overwrite'",
    "unknown": "incremental_strategy='nothing_of_the_kind'",
    "custom": "incremental_strategy='newest', unique_key='id'",
    "kept": "full_refresh=false, unique_key='id'",
    "renewed": "full_refresh=true, unique_key='id'",
}
CUSTOM = """\
    {% macro get_incremental_newest_sql(arg_dict) %}
        {{ return(adapter.dispatch('get_incremental_newest_sql', 'tiny')(arg_dict)) }}
    {% endmacro %}
    {% macro duckdb__get_incremental_newest_sql(arg_dict) %}
        delete from {{ arg_dict['target_relation'] }};
        {% do return(get_incremental_append_sql(arg_dict)) %}
    {% endmacro %}
    """


def models(configs, query=QUERY):
    """Return a model of each config."""
    return {
        f"models/{name}.sql": "    {{ config(materialized='incremental'"
        + (f", {config}" if config else "")
        + ") }}\n"
        + query
        for name, config in configs.items()
    }


def test_strategies(both):
    """Every strategy and its configuration leave the same rows, run after run."""
    both.write({"macros/newest.sql": CUSTOM, "seeds/raw.csv": FIRST, **models(CONFIGS)})
    both.same("build")
    both.write({"seeds/raw.csv": SECOND})
    both.same("build")
    both.same("build")
    both.same("build", "--full-refresh")


CHANGES = {
    "more": "id, part, amount, day, 'x' as note",
    "fewer": "id, part, day",
    "other": "id, day, part, amount::double as amount, id + 1 as following",
    "swapped": "day, amount, part, id",
    "cased": "ID, part, amount, day",
}
POLICIES = ("ignore", "fail", "append_new_columns", "sync_all_columns", "whatever")
STRATEGIES = ("append", "delete+insert", "merge")


def changing(change):
    """Return a model of each policy and strategy, as of the second build."""
    return models(
        {
            f"{name}_{policy}_{strategy.replace('+', '_')}": "unique_key='id', "
            f"on_schema_change='{policy}', incremental_strategy='{strategy}'"
            for name in CHANGES
            for policy in POLICIES
            for strategy in STRATEGIES
        }
    )


def test_changed_columns(both):
    """Columns that come, go or change their type are met as `on_schema_change` says."""
    files = changing(CHANGES)
    both.write({"seeds/raw.csv": FIRST, **files})
    both.same("build")
    both.write({"seeds/raw.csv": SECOND})
    for path, text in files.items():
        name = path.removeprefix("models/").partition("_")[0]
        selected = CHANGES[name]
        changed = text.replace("select id, part, amount, day", f"select {selected}")
        both.write({path: changed})
    both.same("build")


EVENTS = """\
    id,moment,amount
    1,2024-01-01 10:00:00,10
    2,2024-01-01 23:59:59,20
    3,2024-01-02 00:00:00,30
    4,2024-02-05 00:00:00,40
    5,2025-01-05 00:00:00,50
    6,2099-01-05 00:00:00,60
    """
MICROBATCH = """\
    {{ config(
        materialized='incremental', incremental_strategy='microbatch',
        event_time='moment',
        batch_size='SIZE', begin='2023-12-30', CONFIG
    ) }}
    select
        id, moment, amount,
        '{{ model.batch.id }}' as batch,
        '{{ model.batch.event_time_start }}' as starts,
        '{{ model.batch.event_time_end }}' as ends,
        '{{ is_incremental() }}' as is_incremental,
        (select count(*) from {{ ref('raw').render() }}) as all_rows,
        (select count(*) from {{ ref('other') }}) as others
    from {{ ref('raw') }}
    """


def batched(size, config=""):
    """Return a microbatch model."""
    return MICROBATCH.replace("SIZE", size).replace("CONFIG", config)


def succeeds(both, *words):
    """Run both engines; nothing fails, and all is the same."""
    ours, _ = both.same(*words)
    assert ours.code == 0, ours.out


def test_microbatches(both):
    """Batches since `begin`, those of a span, and what is looked back at are built."""
    both.write(
        {
            "seeds/raw.csv": EVENTS,
            "seeds/_seeds.yml": "seeds: [{name: raw, config: {event_time: moment}}]",
            "models/other.sql": "select unnest([1, 2, 3]) as id",
            "models/by_month.sql": batched("month"),
            "models/by_year.sql": batched("year", "lookback=3"),
            "models/kept.sql": batched("month", "full_refresh=false"),
            "models/predicated.sql": batched(
                "year", "incremental_predicates=['amount < 30']"
            ),
        }
    )
    succeeds(both, "build")
    both.write(
        {"seeds/raw.csv": EVENTS.replace("20\n", "21\n").replace("30\n", "31\n")}
    )
    succeeds(both, "build")
    both.write({"models/by_day.sql": batched("day")})
    span = ("--event-time-start", "2024-01-01", "--event-time-end", "2024-02-06")
    succeeds(both, "build", *span)
    both.write({"models/by_hour.sql": batched("hour")})
    hours = ("2024-01-01T20:30:00", "2024-01-02 02:00:00")
    succeeds(
        both,
        "run",
        "-s",
        "by_hour",
        "--event-time-start",
        hours[0],
        "--event-time-end",
        hours[1],
    )
    succeeds(both, "build", "--full-refresh", "--exclude", "by_day", "by_hour")


@pytest.mark.parametrize(
    "config",
    [
        "event_time='moment', batch_size='week', begin='2024-01-01'",
        "event_time='moment', batch_size='day'",
        "batch_size='day', begin='2024-01-01'",
        "event_time='moment', batch_size='day', begin='soon'",
    ],
)
def test_a_microbatch_that_cannot_be(both, config):
    """A configuration that lacks something stops the whole command."""
    both.write(
        {
            "models/m.sql": "{{ config(materialized='incremental', "
            f"incremental_strategy='microbatch', {config}) }}}} select 1 as moment"
        }
    )
    ours, theirs = both.run("build")
    assert ours.code == theirs.code == 2
