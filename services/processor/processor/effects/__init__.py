"""What the processor does with each effect, one per file."""
