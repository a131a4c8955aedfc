"""The processor: takes accepted messages, plans with `maildecide`, executes. Decides nothing itself."""
