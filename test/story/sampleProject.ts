import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const files = {
  "pyproject.toml": `[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "tallybook"
version = "1.2.0"
description = "Sums, shares and spans of numbers."
requires-python = ">=3.9"

[tool.setuptools]
packages = ["tallybook"]
`,
  "tallybook/__init__.py": `from .shares import largest, normalise, shares
from .spans import clamp, merge, overlap, width

__all__ = ["clamp", "largest", "merge", "normalise", "overlap", "shares", "width"]
`,
  "tallybook/shares.py": `"""Parts of a whole."""


def shares(values):
    """Each value's part of the sum; equal parts where the sum is 0."""
    values = list(values)
    total = sum(values)
    if not values:
        return []
    if total == 0:
        return [1 / len(values)] * len(values)
    return [value / total for value in values]


def largest(values, count=1):
    """The largest values, falling; equal ones in their order."""
    if count < 0:
        raise ValueError("count must not be negative")
    ordered = sorted(values, reverse=True)
    return ordered[:count]


def normalise(table):
    """Keys without blanks and in lower case; the values of equal keys are added."""
    result = {}
    for key, value in table.items():
        name = key.strip().lower()
        if not name:
            continue
        result[name] = result.get(name, 0) + value
    return result
`,
  "tallybook/spans.py": `"""Spans of whole numbers: (start, end), the end not in it."""


def width(span):
    start, end = span
    return max(0, end - start)


def clamp(value, low, high):
    """The value, but not below low and not above high."""
    if low > high:
        raise ValueError("low is above high")
    if value < low:
        return low
    if value > high:
        return high
    return value


def overlap(one, other):
    """The span that both have, or None."""
    start = max(one[0], other[0])
    end = min(one[1], other[1])
    if start >= end:
        return None
    return (start, end)


def merge(spans):
    """The spans in order, those that touch made one; empty ones left out."""
    merged = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            last_start, last_end = merged.pop()
            merged.append((last_start, max(last_end, end)))
        else:
            merged.append((start, end))
    return merged
`,
  "tests/test_shares.py": `import pytest

from tallybook import largest, normalise, shares


def test_parts_sum_to_one():
    assert shares([1, 1, 2]) == [0.25, 0.25, 0.5]


def test_nothing_has_no_parts():
    assert shares([]) == []


def test_zeros_share_alike():
    assert shares([0, 0]) == [0.5, 0.5]


def test_one_largest():
    assert largest([3, 9, 4]) == [9]


def test_some_largest():
    assert largest([3, 9, 4, 9], 3) == [9, 9, 4]


def test_none_wanted():
    assert largest([1, 2], 0) == []


def test_negative_count():
    with pytest.raises(ValueError):
        largest([1], -1)


def test_names_are_joined():
    assert normalise({"A ": 1, "a": 2, "b": 5}) == {"a": 3, "b": 5}


def test_empty_names_go():
    assert normalise({" ": 4, "x": 1}) == {"x": 1}
`,
  "tests/test_spans.py": `import pytest

from tallybook import clamp, merge, overlap, width


def test_width():
    assert width((2, 7)) == 5
    assert width((7, 2)) == 0


@pytest.mark.parametrize("value, expected", [(1, 2), (5, 5), (11, 9), (2, 2), (9, 9)])
def test_clamp(value, expected):
    assert clamp(value, 2, 9) == expected


def test_clamp_refuses():
    with pytest.raises(ValueError):
        clamp(1, 5, 4)


def test_overlap():
    assert overlap((1, 5), (3, 9)) == (3, 5)


def test_no_overlap():
    assert overlap((1, 3), (3, 9)) is None


def test_merge():
    assert merge([(5, 8), (1, 3), (3, 4)]) == [(1, 4), (5, 8)]


def test_merge_inner():
    assert merge([(1, 9), (2, 3)]) == [(1, 9)]


def test_merge_leaves_empty_out():
    assert merge([(4, 4), (1, 2)]) == [(1, 2)]
`,
};

/** A small Python project in a folder, for whole rounds without a download of its own. */
export async function writeSampleProject(folder: string): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}
