"""The posting rules, one each: what stands against a post, and whether it is refused for that or waits."""
