{% set d = {} %}
-- depends_on: {{ ref('base') }} {{ ref('values') }}
{% if execute %}
{% do d.update({'keys': graph.keys() | sort | join(','), 'nodes': graph.nodes.keys() | sort | join(','), 'sources': graph.sources.keys() | list, 'exposures': graph.exposures.keys() | list, 'metrics': graph.metrics, 'groups': graph.groups.keys() | list}) %}
{% set n = graph.nodes['model.tiny.base'] %}
{% for key in n.keys() | sort if key not in ['created_at', 'raw_code', 'compiled_code', 'checksum', 'config', 'unrendered_config', 'build_path', 'compiled_path', 'compiled', 'extra_ctes', 'extra_ctes_injected', 'pre_injected_sql', '_pre_injected_sql'] %}{% do d.update({'base.' ~ key: n[key]}) %}{% endfor %}
{% for key in n.config.keys() | sort %}{% do d.update({'base.config.' ~ key: n.config[key]}) %}{% endfor %}
{% set s = graph.sources['source.tiny.raw.people'] %}
{% for key in s.keys() | sort if key not in ['created_at', 'config', 'unrendered_config'] %}{% do d.update({'src.' ~ key: s[key]}) %}{% endfor %}
{% for key in s.config.keys() | sort %}{% do d.update({'src.config.' ~ key: s.config[key]}) %}{% endfor %}
{% set t = graph.nodes.values() | selectattr('resource_type', 'equalto', 'test') | sort(attribute='name') | first %}
{% for key in t.keys() | sort if key not in ['created_at', 'unique_id', 'config', 'unrendered_config', 'relation_name', 'fqn', 'compiled_code', 'compiled', 'build_path', 'compiled_path', 'extra_ctes', 'extra_ctes_injected'] %}{% do d.update({'test.' ~ key: t[key]}) %}{% endfor %}
{% for key in t.config.keys() | sort %}{% do d.update({'test.config.' ~ key: t.config[key]}) %}{% endfor %}
{% set e = graph.exposures['exposure.tiny.dash'] %}
{% for key in e.keys() | sort if key not in ['created_at'] %}{% do d.update({'exp.' ~ key: e[key]}) %}{% endfor %}
{% set p = graph.nodes['seed.tiny.people'] %}
{% for key in p.keys() | sort if key not in ['created_at', 'config', 'unrendered_config', 'root_path', 'checksum'] %}{% do d.update({'seed.' ~ key: p[key]}) %}{% endfor %}
{% for key in p.config.keys() | sort %}{% do d.update({'seed.config.' ~ key: p.config[key]}) %}{% endfor %}
{% endif %}
{{ rows(d) if d else "select 1 as k, 2 as v" }}
