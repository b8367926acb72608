"""Metrics and what belongs to them, in the shape and with the defaults of dbt."""

from collections.abc import Callable, Mapping
from typing import Any

Defaults = dict[str, Any]
# What the manifest has of each part when the file does not say it.
_MEASURE: Defaults = {
    "filter": None, "alias": None, "join_to_timespine": False, "fill_nulls_with": None,
}  # fmt: skip
_INPUT: Defaults = {
    "filter": None, "alias": None, "offset_window": None, "offset_to_grain": None,
}  # fmt: skip
_TYPE_PARAMS: Defaults = {
    "measure": None, "input_measures": [], "numerator": None, "denominator": None,
    "expr": None, "window": None, "grain_to_date": None, "metrics": [],
    "conversion_type_params": None, "cumulative_type_params": None,
    "metric_aggregation_params": None,
}  # fmt: skip
_CUMULATIVE: Defaults = {
    "window": None, "grain_to_date": None, "period_agg": "first", "metric": None,
}  # fmt: skip
_CONVERSION: Defaults = {"constant_properties": None}
_METRIC: Defaults = {
    "filter": None, "metadata": None, "time_granularity": None, "group": None,
}  # fmt: skip
_PART: Defaults = {
    "description": None,
    "label": None,
    "expr": None,
    "config": {"meta": {}},
}
_ENTITY: Defaults = {**_PART, "role": None}
_DIMENSION: Defaults = {
    **_PART,
    "is_partition": False,
    "type_params": None,
    "metadata": None,
}
_MEASURED: Defaults = {
    **_PART, "agg_params": None, "agg_time_dimension": None, "create_metric": False,
    "non_additive_dimension": None,
}  # fmt: skip
_SEMANTIC_MODEL: Defaults = {
    "label": None, "metadata": None, "primary_entity": None, "group": None,
    "entities": [], "measures": [], "dimensions": [],
}  # fmt: skip
_EXPOSURE: Defaults = {"label": None, "maturity": None, "url": None}


def with_defaults(resource_type: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what YAML declares as the manifest has it: short forms written out."""
    shapes: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
        "metric": _metric,
        "semantic_model": _semantic_model,
        "saved_query": _saved_query,
        "exposure": lambda data: _filled(_EXPOSURE, data),
    }
    return shapes[resource_type](data)


def _filled(defaults: Defaults, said: Mapping[str, Any]) -> Defaults:
    """Return what is said over the defaults; a key with nothing behind it is unsaid.

    >>> _filled({"entities": [], "label": None}, {"entities": None, "name": "sales"})
    {'entities': [], 'label': None, 'name': 'sales'}
    """
    said = {k: v for k, v in said.items() if v is not None or k not in defaults}
    return {**defaults, **said}


def _metric(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_filled(_METRIC, data),
        "filter": _filter(data.get("filter")),
        "type_params": _type_params(data.get("type_params") or {}),
    }


def _type_params(said: Mapping[str, Any]) -> dict[str, Any]:
    found = _filled(_TYPE_PARAMS, {**said, "window": _window(said.get("window"))})
    found["measure"] = _named(found["measure"], _MEASURE)
    for key in ("numerator", "denominator"):
        found[key] = _named(found[key], _INPUT)
    found["metrics"] = [_named(metric, _INPUT) for metric in found["metrics"]]
    cumulative = found["cumulative_type_params"]
    if cumulative is None and (found["window"] or found["grain_to_date"]):
        cumulative = {key: said.get(key) for key in ("window", "grain_to_date")}
    if cumulative is not None:
        window = _window(cumulative.get("window"))
        cumulative = _filled(_CUMULATIVE, {**cumulative, "window": window})
    found["cumulative_type_params"] = cumulative
    conversion = found["conversion_type_params"]
    if conversion is not None:
        measures = {
            key: _named(conversion.get(key), _MEASURE)
            for key in ("base_measure", "conversion_measure")
        }
        window = _window(conversion.get("window"))
        conversion = {**_CONVERSION, **conversion, **measures, "window": window}
    found["conversion_type_params"] = conversion
    if found["measure"] is not None:
        found["input_measures"] = [found["measure"]]
    return found


def _named(said: Any, defaults: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a measure or metric that another names, alone or with more."""
    if said is None:
        return None
    said = {"name": said} if not isinstance(said, Mapping) else said
    found = {**defaults, **said, "filter": _filter(said.get("filter"))}
    if "offset_window" in found:
        found["offset_window"] = _window(found["offset_window"])
    return found


def _window(said: Any) -> Any:
    """Read `7 days`.

    >>> _window("7 days")
    {'count': 7, 'granularity': 'day'}
    """
    count, _, unit = said.partition(" ") if isinstance(said, str) else ("", "", "")
    if not count.isdigit():
        return said
    return {"count": int(count), "granularity": unit.strip().removesuffix("s")}


def _filter(said: Any) -> Any:
    """Return conditions as dbt has them: each a template of its own."""
    if said is None or isinstance(said, Mapping):
        return said
    texts = said if isinstance(said, list) else [said]
    return {"where_filters": [{"where_sql_template": text} for text in texts]}


def _semantic_model(data: Mapping[str, Any]) -> dict[str, Any]:
    found = _filled(_SEMANTIC_MODEL, data)
    parts: dict[str, Defaults] = {
        "entities": _ENTITY,
        "dimensions": _DIMENSION,
        "measures": _MEASURED,
    }
    for key, defaults in parts.items():
        found[key] = [_filled(defaults, part) for part in found[key]]
    for dimension in found["dimensions"]:
        if dimension["type_params"]:
            params = {"validity_params": None, **dimension["type_params"]}
            dimension["type_params"] = params
    for measure in found["measures"]:
        measure["create_metric"] = False  # it is a metric of its own by now
        if measure["expr"] is not None:
            measure["expr"] = str(measure["expr"])
        if measure["agg_params"]:
            usual: Defaults = {"percentile": None, "use_discrete_percentile": False}
            usual["use_approximate_percentile"] = False
            measure["agg_params"] = _filled(usual, measure["agg_params"])
        if measure["non_additive_dimension"]:
            groups: Defaults = {"window_groupings": []}
            said = measure["non_additive_dimension"]
            measure["non_additive_dimension"] = _filled(groups, said)
    return found


def _saved_query(data: Mapping[str, Any]) -> dict[str, Any]:
    usual: Defaults = {"group_by": [], "metrics": [], "order_by": [], "limit": None}
    asked = _filled(usual, data.get("query_params") or {})
    asked["where"] = _filter(asked.get("where"))
    top: Defaults = {"label": None, "metadata": None, "group": None, "exports": []}
    return {**_filled(top, data), "query_params": asked}
