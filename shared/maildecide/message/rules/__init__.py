"""Header rules: compiled once per change, held against a message as often as it has recipients. All pure."""
