import unittest

import pytest


@pytest.fixture
def canary_fixture():
    raise LookupError("no such thing")


def canary_fail_equality():
    left = [1, 2]
    assert left == [2, 1]


def canary_fail_type():
    assert type({}) is list


def canary_fail_repr():
    assert repr("1") == repr(1)


def canary_fail_raise():
    raise ValueError("on purpose")


def canary_fail_raises():
    with pytest.raises(KeyError):
        {1: 2}[1]


def canary_pass():
    with pytest.raises(KeyError):
        {}[1]
    assert isinstance([], list) and repr((1, "a")) == "(1, 'a')"


def canary_error(canary_fixture):
    assert canary_fixture is None


for name, thing in list(globals().items()):
    if getattr(thing, "__module__", None) == __name__ and type(thing).__name__ == "function":
        thing.__test__ = True  # whatever names the project's configuration asks for


class Canaries(unittest.TestCase):
    def test_canary_fail_case(self):
        self.assertEqual([1, 2], [2, 1])

    def test_canary_pass_case(self):
        self.assertRaises(KeyError, {}.__getitem__, 1)
