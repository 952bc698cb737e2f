"""Tests that end in every way, so that pytest loads what it needs to tell of them."""

import os
import unittest
import warnings

import pytest


def test_passes(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SAMPLE", "1")
    print(os.environ["SAMPLE"])
    assert capsys.readouterr().out == "1\n"
    (tmp_path / "file").write_text("text")


@pytest.mark.parametrize("one, other", [("a\nb", "a\nc"), ([1, 2], [1, 3]), ({"a": 1}, {"a": 2}), ({1}, {2})])
def test_differs(one, other):
    assert one == other


def test_raises(caplog):
    caplog.set_level("INFO")
    warnings.warn("a warning")
    raise ValueError("an error")


@pytest.mark.xfail
def test_expected():
    raise KeyError


@pytest.fixture
def broken():
    raise OSError("a fixture's")


def test_error(broken):
    pass


class TestCase(unittest.TestCase):
    def test_long(self):
        with self.subTest(n=1):
            self.assertEqual("a\nb\n" * 20, "a\nc\n" * 20)

    def test_almost(self):
        self.assertAlmostEqual(1.0, 2.0)

    @unittest.skip("for no reason")
    def test_skipped(self):
        pass
