"""Writes recorded calls with other arguments of the same kind; its twin is ../hidden.ts."""

import ast
import copy
import random
import sys

sys.path.insert(0, "/work/.taoception")
import chosen_tests

LONGEST = 2_000


def other_number(value, choose):
    return choose.choice([value + 1, value * 2, value + 10] if value > 0 else [value, value - 1, value * 2])


def other_text(value, choose):
    if len(value) < 2:
        return value * 2
    middle = len(value) // 2
    return choose.choice([value + value, value[::-1], value[middle:] + value[:middle], value[:-1], value[1:]])


def is_wordlike(value):
    """A name, a flag, a format: changed by chance it would seldom mean anything."""
    return value.isidentifier() and len(value) > 3 or "%" in value or "{" in value


def change(node, choose):
    """Another expression of the same kind, or None."""
    if isinstance(node, ast.Constant):
        value = node.value
        if type(value) in (int, float):
            return ast.Constant(other_number(value, choose))
        if type(value) in (str, bytes) and value and not (type(value) is str and is_wordlike(value)):
            return ast.Constant(other_text(value, choose))
    if isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) > 1:
        elements = list(node.elts)
        how = choose.randrange(3)
        if how == 0:
            elements.reverse()
        elif how == 1:
            elements.append(copy.deepcopy(elements[0]))
        else:
            del elements[-1]
        return type(node)(elts=elements, ctx=node.ctx)
    return None


class Change(ast.NodeTransformer):
    def __init__(self, at, choose):
        self.at = at
        self.choose = choose
        self.seen = -1
        self.changed = False

    def visit(self, node):
        if isinstance(node, (ast.Constant, ast.List, ast.Tuple)):
            self.seen += 1
            if self.seen == self.at:
                new = change(node, self.choose)
                self.changed = new is not None
                return new or node
        return self.generic_visit(node)


def variants(source, statement, most, choose):
    tree = ast.parse(source, mode="exec" if statement else "eval")
    places = sum(isinstance(node, (ast.Constant, ast.List, ast.Tuple)) for node in ast.walk(tree))
    found = {}
    for _ in range(3 * most):
        if places == 0 or len(found) >= most:
            break
        transform = Change(choose.randrange(places), choose)
        new = ast.fix_missing_locations(transform.visit(copy.deepcopy(tree)))
        text = ast.unparse(new)
        if transform.changed and len(text) <= LONGEST and text != ast.unparse(tree):
            found[text] = None
    return list(found)


def main():
    order = chosen_tests.read_order()
    say = chosen_tests.take_stdout()
    choose = random.Random(order["seed"])
    for at, call in enumerate(order["calls"]):
        try:
            for text in variants(call["call"], call["statement"], order["most"], choose):
                say({"of": at, "call": text})
        except (SyntaxError, ValueError, RecursionError):
            continue


main()
