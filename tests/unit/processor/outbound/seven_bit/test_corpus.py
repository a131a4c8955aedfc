"""Every message of the corpus in 7 bit: nothing of it is lost, as the standard library sees it.

The corpus is not part of the project: it is looked for in `$CORPUS`, else in `../shared/corpus` beside the checkout.
"""

import os
from pathlib import Path

import pytest
from tests.unit.processor.outbound.seven_bit.converting import as_sent, converted, is_7bit, leaves

CORPUS = Path(os.environ.get("CORPUS") or Path(__file__).parents[6] / "shared" / "corpus")


def test_every_message_is_the_same_in_7_bit() -> None:
    files = sorted(CORPUS.rglob("*.eml"))
    if not files:
        pytest.skip(f"no corpus in {CORPUS}: set CORPUS to a folder of .eml files")
    needed = 0
    for file in files:
        octets = as_sent(file.read_bytes())
        found = converted(octets)
        needed += not is_7bit(octets)
        assert is_7bit(found), file
        assert leaves(found) == leaves(octets), file
    assert needed > 10
