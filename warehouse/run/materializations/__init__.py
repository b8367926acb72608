"""How each kind of node is put into the database: one module a materialization."""
