"""Rung: loyalty points that are never lost, never minted by mistake, and always explained."""
