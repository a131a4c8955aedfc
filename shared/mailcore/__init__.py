"""What every service knows: mail values, replies, settings, storage and the bus.

Imported by the decisions and by every service; imports neither.
"""
