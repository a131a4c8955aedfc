"""What becomes of an accepted message, recipient by recipient. `pipeline` is the list."""
