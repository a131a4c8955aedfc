import re

from prometheus_client import CollectorRegistry

from mailcore.metrics import Metrics


def test_each_process_has_its_own() -> None:
    one, other = Metrics(CollectorRegistry()), Metrics(CollectorRegistry())
    one.aborted.inc()
    assert other.registry.get_sample_value("hikyaku_messages_aborted_total") == 0
    assert one.registry.get_sample_value("hikyaku_messages_aborted_total") == 1


def test_names_and_words_are_in_order() -> None:
    families = list(Metrics(CollectorRegistry()).registry.collect())
    assert families
    for family in families:
        assert re.fullmatch(r"hikyaku_[a-z_]+", family.name)
        assert family.documentation.endswith(".")
