"""A project and what can be done with it, for Python and for the commands."""
