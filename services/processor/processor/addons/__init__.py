"""Addons at work: `work` is the kind `addon` of jobs, one run each; `effects/run_addons` makes the first of them."""
