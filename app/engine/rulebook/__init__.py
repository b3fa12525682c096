"""The rule language: what a programme promises, and its evaluation."""
