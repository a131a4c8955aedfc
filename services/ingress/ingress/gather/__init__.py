"""Gathers the facts of each stage for the checks: one file per thing that is asked about. Decides nothing."""
