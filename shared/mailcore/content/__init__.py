"""The content store: octets past 64 KiB, kept once and referred to. `interface` says what it promises."""
