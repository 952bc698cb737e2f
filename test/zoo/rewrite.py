"""Rewrites a function of a source file so that it means the same; one kind of rewriting a line of output, as JSON."""

import ast
import copy
import json
import sys

NEGATED = {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}


def negate(test):
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in (ast.Is, ast.IsNot, ast.In, ast.NotIn):
        return ast.Compare(test.left, [NEGATED[type(test.ops[0])]()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)


class InvertIf(ast.NodeTransformer):
    def visit_If(self, node):
        self.generic_visit(node)
        if node.orelse and not (len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)):
            return ast.If(negate(node.test), node.orelse, node.body)
        return node

    def visit_IfExp(self, node):
        self.generic_visit(node)
        return ast.IfExp(negate(node.test), node.orelse, node.body)


class DoubleNot(ast.NodeTransformer):
    def visit_If(self, node):
        self.generic_visit(node)
        node.test = ast.UnaryOp(ast.Not(), ast.UnaryOp(ast.Not(), node.test))
        return node


class NameResult(ast.NodeTransformer):
    """`return x` by way of a name."""

    def visit_FunctionDef(self, node):
        return node

    visit_AsyncFunctionDef = visit_Lambda = visit_ClassDef = visit_FunctionDef

    def visit_Return(self, node):
        if node.value is None or isinstance(node.value, ast.Name):
            return node
        return [ast.Assign([ast.Name("outcome_", ast.Store())], node.value), ast.Return(ast.Name("outcome_", ast.Load()))]


class LateElse(ast.NodeTransformer):
    """What follows an `if` that always leaves becomes its `else`."""

    def visit_FunctionDef(self, node):
        node.body = self.nest(node.body)
        return node

    def nest(self, body):
        for at, each in enumerate(body[:-1]):
            if isinstance(each, ast.If) and not each.orelse and isinstance(each.body[-1], (ast.Return, ast.Raise)):
                return [*body[:at], ast.If(each.test, each.body, self.nest(body[at + 1 :]))]
        return body


class Rename(ast.NodeTransformer):
    def __init__(self, names):
        self.names = names

    def visit_Name(self, node):
        node.id = self.names.get(node.id, node.id)
        return node


class Turn(ast.NodeTransformer):
    """`a < b` as `b > a`, where both are plain names or constants."""

    MIRROR = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}

    def visit_Compare(self, node):
        self.generic_visit(node)
        plain = isinstance(node.left, ast.Name) and len(node.ops) == 1 and isinstance(node.comparators[0], ast.Constant)
        if plain and type(node.ops[0]) in self.MIRROR:
            return ast.Compare(node.comparators[0], [self.MIRROR[type(node.ops[0])]()], [node.left])
        return node


def own_names(function):
    """Local names that can be renamed without a second thought."""
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.Global, ast.Nonlocal)
    if any(isinstance(each, inner) for each in ast.walk(function) if each is not function):
        return []
    words = {each.id for each in ast.walk(function) if isinstance(each, ast.Name)}
    if words & {"locals", "vars", "eval", "exec", "globals", "dir"}:
        return []
    arguments = function.args
    given = {each.arg for each in [*arguments.args, *arguments.posonlyargs, *arguments.kwonlyargs]}
    given |= {each.arg for each in (arguments.vararg, arguments.kwarg) if each}
    handlers = {each.name for each in ast.walk(function) if isinstance(each, ast.ExceptHandler) and each.name}
    imported = {(alias.asname or alias.name).split(".")[0] for each in ast.walk(function) if isinstance(each, (ast.Import, ast.ImportFrom)) for alias in each.names}
    stored = {each.id for each in ast.walk(function) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    return sorted(stored - given - handlers - imported)


def body_of(function):
    has_docstring = ast.get_docstring(function, clean=False) is not None
    return (function.body[:1], function.body[1:]) if has_docstring else ([], function.body)


def kinds(function):
    def by(transform):
        new = copy.deepcopy(function)
        new.body = [each for old in new.body for each in as_list(transform.visit(old))]
        return new

    yield "written anew", copy.deepcopy(function)
    yield "branches turned", by(InvertIf())
    yield "tests doubled", by(DoubleNot())
    yield "results named", by(NameResult())
    yield "comparisons turned", by(Turn())
    yield "what follows in an else", LateElse().visit(copy.deepcopy(function))
    names = own_names(function)
    if names:
        yield "names changed", Rename({name: f"{name}_renamed" for name in names}).visit(copy.deepcopy(function))
    head, rest = body_of(copy.deepcopy(function))
    new = copy.deepcopy(function)
    new.body = [*head, ast.parse("if True:\n    pass").body[0], *rest]
    yield "a needless branch", new
    new = copy.deepcopy(function)
    new.body = [ast.Expr(ast.Constant("Another docstring."))] + body_of(new)[1] or [ast.Pass()]
    if not head or len(body_of(function)[1]) > 0:
        if not ("__doc__" in ast.unparse(function)) and ">>>" not in (ast.get_docstring(function) or ""):
            yield "another docstring", new


def as_list(value):
    return value if isinstance(value, list) else [value]


def main():
    order = json.load(sys.stdin)
    text, lines = order["text"], set(order["lines"])
    tree = ast.parse(text)
    found = [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef) and lines & set(range(each.lineno, (each.end_lineno or 0) + 1))
    ]
    if not found:
        return
    function = max(found, key=lambda each: each.lineno)  # the innermost
    source = text.splitlines(keepends=True)
    first = min([function.lineno, *(each.lineno for each in function.decorator_list)])
    indent = " " * function.col_offset
    before = ast.unparse(function)
    for kind, new in kinds(function):
        body = ast.unparse(ast.fix_missing_locations(new))
        if kind != "written anew" and body == before:
            continue
        written = "".join(f"{indent}{line}\n" if line else "\n" for line in body.split("\n"))
        whole = "".join(source[: first - 1]) + written + "".join(source[function.end_lineno :])
        ast.parse(whole)  # a rewriting that is no Python would be our own mistake
        if whole != text:
            print(json.dumps({"kind": kind, "text": whole}))


main()
