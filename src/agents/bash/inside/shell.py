"""A workshop for an agent: a private copy of the tree, commands run in it one by one, and what they changed.

Asked {"run": command, "seconds": n} it answers {"exit": status or null, "output": text}; asked {"changes": true}
it answers {"changes": {path: base64 of the new content, or null where the file is gone}}. The schema is shell.ts.
"""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import time

TREE, WORK = "/tree", "/tmp/work"
CHANNEL = 3
KEPT = 1_000_000
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
    until = time.monotonic() + seconds
    head, tail = b"", b""
    try:
        while time.monotonic() < until:
            if select.select([child.stdout], [], [], 0.05)[0]:
                chunk = os.read(child.stdout.fileno(), 1 << 16)
                if not chunk:
                    break
                room = KEPT - len(head)
                head, tail = head + chunk[:room], (tail + chunk[room:])[-KEPT:]
            elif child.poll() is not None:
                break  # what it left running in the background may hold the pipe
        try:
            status = child.wait(max(0.01, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            status = None
    finally:
        # whatever the command left behind goes with its process group
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()
        child.stdout.close()
    return {"exit": status, "output": (head + tail).decode("utf-8", "replace")}


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
    asks, answers = os.fdopen(CHANNEL, "r"), os.fdopen(os.dup(CHANNEL), "w")
    for line in asks:
        message = json.loads(line)
        answer = changes() if message.get("changes") else run(message["run"], message["seconds"])
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
