"""A copy of a figure, or one that was pickled, is another in the same state."""

import copy
import pickle

import pytest

from lecture_lib import figures

WAYS = [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))]


def move(figure):
    """Another value of one control: the other end of a slider, another choice. A figure that draws
    its own fields has no control: another of the few values of a trait."""
    for name, control in figure.shown_controls().items():
        ends = (
            (control.min, control.max)
            if hasattr(control, "max")
            else getattr(control, "options", ())
        )
        if others := [value for value in ends if value != getattr(figure, name)]:
            return setattr(figure, name, others[0])
    for name, schema in figure.contract().items():
        if others := [value for value in schema.get("enum", ()) if value != getattr(figure, name)]:
            return setattr(figure, name, others[0])


@pytest.mark.parametrize("way", WAYS, ids=["copy", "deepcopy", "pickle"])
@pytest.mark.parametrize("name", figures.__all__)
def test_a_copy_is_another_figure_in_the_same_state(name, way):
    figure = getattr(figures, name)()
    move(figure)
    other = way(figure)
    assert other is not figure and other.model_id != figure.model_id
    assert other.state() == figure.state() and other.text() == figure.text()
    # Its Reset leads back to where it began, and moving it leaves the first alone.
    assert other.initial == other.state()
    before = figure.state()
    move(other)
    assert other.state() != before == figure.state()
