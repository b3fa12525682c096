"""The command line: `rung serve`, `rung migrate` and the rest."""
