"""Builds a project's wheel by its own build backend (PEP 517), in a sandbox without network.

    build_wheel.py requires|wheel BACKEND [BACKEND_PATH...]

/source is the tree, /backend the layer with the backend. The last line of stdout is JSON:
{"requires": [...]} or {"name": ..., "wheel": base64}. Whatever the backend prints goes to stderr.
"""

import base64
import importlib
import json
import os
import shutil
import sys

WORK = "/tmp/source"


def main():
    what, backend, *paths = sys.argv[1:]
    told = os.dup(1)
    os.dup2(2, 1)
    shutil.copytree("/source", WORK, symlinks=True, copy_function=shutil.copyfile)
    os.chdir(WORK)
    sys.argv[:] = ["setup.py"]
    sys.path[:0] = [os.path.join(WORK, path) for path in paths]
    module, _, attributes = backend.partition(":")
    hooks = importlib.import_module(module)
    for name in filter(None, attributes.split(".")):
        hooks = getattr(hooks, name)
    if what == "requires":
        answer = {"requires": list(getattr(hooks, "get_requires_for_build_wheel", lambda: [])())}
    else:
        os.mkdir("/tmp/out")
        name = hooks.build_wheel("/tmp/out")
        with open(os.path.join("/tmp/out", name), "rb") as file:
            answer = {"name": name, "wheel": base64.b64encode(file.read()).decode()}
    sys.stdout.flush()
    with open(told, "w") as file:
        file.write("\n" + json.dumps(answer) + "\n")


main()
