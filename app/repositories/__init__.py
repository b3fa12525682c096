"""All SQL: rows in, engine types out."""
