"""A message in octets below 128, for servers without 8BITMIME (RFC 6152 3): streamed twice, never held.

`walk` finds the parts, `survey` looks at each and decides what becomes of it, `conversion` writes them anew. Nothing
here knows of servers; `processor.outbound.forms` does.
"""
