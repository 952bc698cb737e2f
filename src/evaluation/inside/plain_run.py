"""Runs test files as SWE-bench's scripts do: an ordinary pytest, its words and its parent's in one log; twin of ../plainRun.ts."""

import subprocess
import sys


def main(files, arguments):
    def say(text):
        print(f">>>>> {text}", flush=True)

    say("Start Test Output")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "--tb=short", "-p", "no:cacheprovider", *arguments, "--", *files],
        stderr=subprocess.STDOUT,
        check=False,
    )
    say("End Test Output")
    say(f"Test Exit Code: {done.returncode if done.returncode >= 0 else 128 - done.returncode}")


main(FILES, ARGUMENTS)
