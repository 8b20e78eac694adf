"""`docs/metrics.md` lists every metric with its labels."""

from prometheus_client import CollectorRegistry

from tests.docs.pages import code, page, rows
from tornado_app.sessions.prometheus import PrometheusWatcher

TABLE = rows(page("docs/metrics.md"), "## Every metric")


def row_of(family):
    """A family as the page writes it."""
    name = family.name + ("_total" if family.type == "counter" else "")
    return [name, family.type, *labels_of(family), family.documentation]


def labels_of(family):
    """The name of the label with its values, in order, if there is one."""
    found = {}
    for sample in family.samples:
        for label, value in sample.labels.items():
            if label != "le" and value not in found.setdefault(label, []):
                found[label].append(value)
    return [part for label, values in found.items() for part in (label, *values)]


def test_the_table_has_every_metric_with_its_labels_in_order():
    registry = CollectorRegistry()
    PrometheusWatcher(registry)

    documented = [
        [*code(name), kind, *code(label), what] for name, kind, label, what in TABLE
    ]
    assert documented == [row_of(family) for family in registry.collect()]
