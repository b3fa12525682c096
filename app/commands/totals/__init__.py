"""Programme totals: what moved, counted by day, kind and place."""
