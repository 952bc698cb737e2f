import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Blobs, openBlobs, writeTree } from "../../src/platform/index.ts";
import { canonicalJson, type Tree, treeHash } from "../../src/protocol/index.ts";
import type { Project } from "../../src/python/index.ts";

const price = `"""Prices in cents."""


def total(prices, discount=0):
    """The sum of the prices, less a discount that never makes it negative."""
    result = 0
    for price in prices:
        if price < 0:
            raise ValueError("a price below nothing")
        result += price
    if discount > result:
        return 0
    return result - discount


def cheapest(prices, limit=None):
    """The cheapest prices first, at most \`limit\` of them."""
    ordered = sorted(prices)
    if limit is not None:
        ordered = ordered[:limit]
    return ordered
`;
const label = `# -*- coding: latin-1 -*-
SIGN = "\u00a3"


def label(name, cents, wide=False):
    text = name.strip().title() + " " + SIGN + str(cents // 100)
    if wide:
        text = text.ljust(20)
    return text
`.replaceAll("\n", "\r\n");
const stock = `"""\u00dcbersicht"""


class Stock:
    def __init__(self):
        self.counts = {}

    def add(self, name, count=1):
        self.counts[name] = self.counts.get(name, 0) + count
        return self.counts[name]

    def missing(self, wanted):
        return [name for name in wanted if name not in self.counts]
`;
const tests = `import pytest

from shop import Stock, cheapest, label, total


def test_total():
    assert total([1, 2, 3]) == 6
    assert total([5, 5], discount=3) == 7


def test_discount_is_bounded():
    assert total([1], discount=5) == 0


@pytest.mark.parametrize("prices", [[-1], [2, -3]])
def test_negative(prices):
    with pytest.raises(ValueError):
        total(prices)


class TestCheapest:
    def test_order(self):
        assert cheapest([3, 1, 2]) == [1, 2, 3]

    def test_limit(self):
        assert cheapest([3, 1, 2], limit=2) == [1, 2]
        assert cheapest([3, 1], limit=0) == []


def test_label():
    assert label(" red tea ", 1250) == "Red Tea \\u00a312"
    assert len(label("tea", 100, wide=True)) == 20


def test_stock():
    stock = Stock()
    assert stock.add("tea") == 1
    assert stock.add("tea", 2) == 3


def test_missing():
    stock = Stock()
    stock.add("tea")
    assert stock.missing(["tea", "milk"]) == ["milk"]
`;
const names =
  "test_total test_discount_is_bounded test_negative[prices0] test_negative[prices1] TestCheapest::test_order TestCheapest::test_limit test_label test_stock test_missing";

/** A small package as a project: a file with CRLF and Latin-1, one with a byte order mark, leftovers of a build. */
export async function makeShop(folder: string, layer: string): Promise<{ project: Project; blobs: Blobs }> {
  const files: Record<string, string | Buffer> = {
    "shop/__init__.py":
      "from .label import label\nfrom .price import cheapest, total\nfrom .stock import Stock\n",
    "shop/price.py": price,
    "shop/label.py": Buffer.from(label, "latin1"),
    "shop/stock.py": `\ufeff${stock}`,
    "tests/test_shop.py": tests,
    "CHANGELOG.md": "# 1.0\n",
    "build/lib/shop/price.py": price,
    "shop/__pycache__/price.cpython-311.pyc": "none",
  };
  const blobs = openBlobs(join(folder, "blobs"));
  const tree: Tree = {};
  for (const [path, bytes] of Object.entries(files))
    tree[path] = { hash: await blobs.put(bytes), executable: false };
  await blobs.put(canonicalJson(tree));
  const place = join(folder, "trees", treeHash(tree));
  await mkdir(join(folder, "trees"), { recursive: true });
  await chmod(folder, 0o755);
  await writeTree(tree, place, blobs);
  const about = { name: "shop", version: "1.0" };
  const file = "tests/test_shop.py";
  const project: Project = {
    package: about,
    context: { package: about, sourceRoots: [""], testPaths: ["tests"], pytestArguments: [] },
    tree,
    treeHash: treeHash(tree),
    folder: place,
    environment: { hash: treeHash({}), lock: "", folder: layer },
    metadata: null,
    releasedAt: "2026-01-01T00:00:00Z",
    tests: names.split(" ").map((name) => ({ id: `${file}::${name}`, file, ms: 1 })),
    excluded: [],
    generated: [],
  };
  return { project, blobs };
}
