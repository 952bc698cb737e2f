import { expect, test } from "vitest";
import { cutFunctions, functionOf } from "./cut.ts";

test("an id names its function", () => {
  expect(functionOf("a/test_b.py::test_c[x::y-1]")).toBe("test_c");
  expect(functionOf("a/test_b.py::TestD::test_c")).toBe("TestD.test_c");
});

test("a function goes with its decorators, and nothing else", async () => {
  const source =
    "import x\n\n\n@x.mark\n@y(\n    1)\ndef test_a(b):\n    assert b\n\n\ndef test_c():\n    pass\n";
  expect(await cutFunctions(source, ["test_a"])).toBe("import x\n\n\n\n\ndef test_c():\n    pass\n");
});

test("a class that loses all of its methods keeps a body", async () => {
  const source =
    'class A:\n    # two\n    def test_a(self):\n        pass\n\n    def test_b(self):\n        """b"""\n';
  expect(await cutFunctions(source, ["A.test_a", "A.test_b"])).toBe("class A:\n    # two\n    pass\n\n");
  expect(await cutFunctions(source, ["A.test_b"])).toBe(
    "class A:\n    # two\n    def test_a(self):\n        pass\n\n",
  );
});

test("every definition of a name goes, and CRLF stays", async () => {
  const source = "if x:\r\n    def test_a(): pass\r\nelse:\r\n    def test_a(): pass\r\ny = 1\r\n";
  expect(await cutFunctions(source, ["test_a"])).toBe("if x:\r\n    pass\r\nelse:\r\n    pass\r\ny = 1\r\n");
});

test("what is not defined here, or shares its line, cannot be cut", async () => {
  expect(await cutFunctions("class A(Base): pass\n", ["A.test_a"])).toBeNull();
  expect(await cutFunctions("test_b = test_a\n", ["test_b"])).toBeNull();
});
