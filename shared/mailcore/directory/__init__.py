"""Who lives here: managed domains and what is in them, one frozen model per file."""
