"""The ledger: credits as lots, draws in spending order, debt, and the fold."""
