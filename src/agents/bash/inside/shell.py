"""A workshop for an agent: a private copy of the tree, commands run in it one by one, and what they changed.

Asked {"run": command, "seconds": n} it answers {"exit": status or null, "output": text}; asked {"changes": true}
it answers {"changes": {path: base64 of the new content, or null where the file is gone}}. The schema is shell.ts.
"""

import base64
import json
import os
import shutil
import signal
import subprocess
import sys

TREE, WORK = "/tree", "/tmp/work"
MOST_OUTPUT = 4_000_000
MOST_FILE = 1_000_000


def run(command, seconds):
    child = subprocess.Popen(
        ["/bin/bash", "-c", command],
        cwd=WORK,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = child.communicate(timeout=seconds)
        status = child.returncode
    except subprocess.TimeoutExpired:
        status = None
        output = b""
    finally:
        # whatever the command left behind goes with its process group
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    if status is None:
        output, _ = child.communicate()
    return {"exit": status, "output": output[:MOST_OUTPUT].decode("utf-8", "replace")}


def files(root):
    found = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in ("__pycache__", ".git", ".pytest_cache")]
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path) and os.path.getsize(path) <= MOST_FILE:
                found[os.path.relpath(path, root)] = path
    return found


def read(path):
    with open(path, "rb") as file:
        return file.read()


def changes():
    before, after = files(TREE), files(WORK)
    found = {}
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            if not os.path.lexists(os.path.join(WORK, path)):
                found[path] = None
        elif path not in before or read(before[path]) != read(after[path]):
            found[path] = base64.b64encode(read(after[path])).decode()
    return {"changes": found}


def main():
    shutil.copytree(TREE, WORK, symlinks=True)
    asks, answers = os.fdopen(int(sys.argv[1]), "r"), os.fdopen(int(sys.argv[2]), "w")
    for line in asks:
        message = json.loads(line)
        answer = changes() if message.get("changes") else run(message["run"], message["seconds"])
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
