"""What DNS says: a resolver with a bounded cache, and the questions that mail asks of it.

`interface` is what others depend on; `resolver` answers it; `reverse`, `sender_domain` and `block_list` are questions.
"""
