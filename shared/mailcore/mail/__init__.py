"""A message as values: its envelope, its content, its header section, and how it travels on the bus."""
