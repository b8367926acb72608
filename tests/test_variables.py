"""`var`: what a variable may be, and what is told of one that goes wrong."""

import pytest

from warehouse.errors import WarehouseError


def told(project, name: str = "a", **options) -> str:
    """Return what compiling a model that goes wrong says."""
    with pytest.raises(WarehouseError) as error:
        project.compiled(name, **options)
    return str(error.value)


@pytest.fixture
def of_variables(tiny):
    """Write a project with these variables whose model selects the first."""

    def make(variables: str, sql: str = "select {{ var('x') }} as x"):
        return tiny(
            {
                "dbt_project.yml": f"name: tiny\nvars: {variables}\n",
                "models/a.sql": f"{{% if execute %}}{sql}{{% endif %}}",
            }
        )

    return make


def test_a_fault_in_a_variable_names_it(of_variables):
    """A variable whose Jinja goes wrong is named, with its text and where it stands."""
    assert told(of_variables("""{x: "{{ no_such() }}"}""")) == (
        'dbt_project.yml: the variable "x": "no_such" is undefined\n  | {{ no_such() }}'
    )


def test_a_fault_in_a_variable_of_the_command_line(of_variables):
    """The place of a variable that --vars gives is the command line."""
    project = of_variables("{}")
    said = told(project, vars={"x": "{{ 1 / 0 }}"})
    assert said.startswith('--vars: the variable "x": ZeroDivisionError')


def test_a_variable_that_names_itself_is_refused(of_variables):
    """The way back to the variable is told."""
    said = told(of_variables("""{x: "{{ var('y') }}", y: "{{ var('x') }}"}"""))
    assert 'dbt_project.yml: the variable "x" names itself: x → y → x' in said


def test_a_variable_may_be_asked_for_twice(of_variables):
    """Only one inside itself goes round in a circle."""
    project = of_variables(
        """{x: "{{ var('y') }} + {{ var('y') }}", y: "{{ 1 }}"}""",
    )
    assert project.compiled("a") == "select 1 + 1 as x"


@pytest.mark.parametrize("call", ["var('z', defualt='a')", "var('z', 1, 2)", "var()"])
def test_the_parameters_are_name_and_default(of_variables, call):
    """A keyword that is none, or one parameter too many, is a fault."""
    said = told(of_variables("{}", f"select {{{{ {call} }}}}"))
    assert said.startswith("models/a.sql:1: TypeError: ")


def test_the_default_may_be_named(of_variables):
    """`default` is a keyword too, and None a default."""
    sql = "select {{ var('z', default='1') }}, {{ var('z', none) is none }}"
    assert of_variables("{}", sql).compiled("a") == "select 1, True"
