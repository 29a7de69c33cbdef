"""Gates: read before anything is asked, a line for each that is not passed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.evaluate.gates import OPERATORS, failures, read_gates
from bot.evaluate.names import MEASURES


def figure(mean, n=40, unit="questions"):
    return {"mean": mean, "n": n, "unit": unit, "low": mean, "high": mean}


METRICS = {
    "measures": {"R@5": figure(0.9), "fabrication": figure(0.0, unit="sentences")},
    "types": {"span": {"R@5": figure(1.0)}, "a:b": {"R@5": figure(0.25)}},
}
KINDS = {"span", "a:b", "table"}


def failed(*texts):
    return failures(read_gates(texts, kinds=KINDS), METRICS)


@pytest.mark.parametrize(
    "gate",
    [
        "R@5>=0.9",
        "R@5 >= .9",
        " R@5<=0.9 ",
        "R@5==0.9",
        "R@5>0.899",
        "R@5<1",
        "fabrication==0",
        "span:R@5==1",
    ],
)
def test_a_gate_that_holds_says_nothing(gate):
    assert failed(gate) == []


@pytest.mark.parametrize(
    "gate", ["R@5>0.9", "R@5<0.9", "R@5>=0.91", "R@5==1", "fabrication>0", "a:b:R@5>=.5"]
)
def test_a_gate_that_does_not_hold_is_a_line(gate):
    (line,) = failed(gate)
    assert line.startswith(f"{gate}: it is ")
    assert "\n" not in line


def test_a_line_says_what_the_figure_is():
    assert failed("R@5>=0.95") == ["R@5>=0.95: it is 0.9 [0.900, 0.900], over 40 questions"]


def test_every_gate_that_does_not_hold_has_its_line():
    assert len(failed("R@5>=0.95", "R@5>=0.9", "fabrication>0")) == 2


def test_a_measure_without_a_value_fails():
    assert failed("EM>=0") == ["EM>=0: no value, this run does not measure EM"]
    assert failed("table:R@5>=0") == ["table:R@5>=0: no value, this run does not measure R@5"]


@pytest.mark.parametrize(
    ("gate", "reason"),
    [
        ("R@5", "is not a gate: expected NAME, one of"),
        ("", "is not a gate"),
        (">=0.9", "is not a gate"),
        ("R@5>=", "is not a gate"),
        ("R@5=>0.9", "is not a gate"),
        ("R@5=0.9", "is not a gate"),
        ("R@5>=high", "is not a gate"),
        ("R@5>=nan", "is not a gate"),
        ("R@5>=inf", "is not a gate"),
        ("R@5>=0.9 and more", "is not a gate"),
        ("recall>=0.9", "no measure is called 'recall'; there are R@1, R@5"),
        ("prose:R@5>=0.9", "no question asked is of type 'prose'; there are a:b, span, table"),
    ],
)
def test_what_is_no_gate_is_one_clear_line(gate, reason):
    with pytest.raises(UsageError) as caught:
        read_gates([gate], kinds=KINDS)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@given(
    name=st.sampled_from(sorted(MEASURES)),
    sign=st.sampled_from(sorted(OPERATORS)),
    bound=st.floats(allow_nan=False, allow_infinity=False),
)
def test_every_measure_can_be_required(name, sign, bound):
    (gate,) = read_gates([f"{name}{sign}{bound}"], kinds=())
    assert (gate.name, gate.kind, gate.sign, gate.bound) == (name, None, sign, bound)
