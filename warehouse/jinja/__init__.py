"""Templates: one environment, and the names that a template may use."""
