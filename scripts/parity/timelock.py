"""Timelocked weights as bittensor 11's own core makes and opens them; lines of JSON on stdin and stdout.

{"commit", "round"}      a commit's ciphertext for that round; its arguments are those of get_encrypted_commit_v2
{"schedule"}             the block in which such a commit is revealed
{"blob", "signature"}    what a ciphertext hides
"""

import json
import sys
import time

from bittensor_core import decrypt_with_signature, get_encrypted_commit_v2

GENESIS = 1_692_803_367
PERIOD = 3
LEAD_BLOCKS = 3
LONG_BLOCK = 3_000_000.0  # seconds: what time it is then is lost in rounding


def commit(arguments, block_time):
    return get_encrypted_commit_v2(
        **{**arguments, "hotkey": bytes.fromhex(arguments["hotkey"])}, block_time=block_time
    )


def lead(arguments):
    """Blocks from the head to the one that the round is meant for, told by how far very long blocks go."""
    _, far = commit(arguments, LONG_BLOCK)
    now = (time.time() - GENESIS) / PERIOD
    return round((far - now) * PERIOD / LONG_BLOCK)


def answer(question):
    if "schedule" in question:
        arguments = question["schedule"]
        return {"block": arguments["current_block"] + lead(arguments) - LEAD_BLOCKS}
    if "commit" in question:
        # the core seals for no round of our choice, but a block may last a negative time: back to one that is known
        arguments = question["commit"]
        past = GENESIS + (question["round"] + 0.5) * PERIOD
        blob, found = commit(arguments, (past - time.time()) / lead(arguments))
        if found != question["round"]:
            raise ValueError(f"it is sealed for round {found}")
        return {"commit": bytes(blob).hex()}
    blob = bytes.fromhex(question["blob"])
    envelope = (len(blob) << 2 | 1).to_bytes(2, "little") + blob + (1).to_bytes(8, "little")
    return {"text": bytes(decrypt_with_signature(envelope, question["signature"])).hex()}


for line in sys.stdin:
    try:
        said = answer(json.loads(line))
    except Exception as error:  # whatever it says of a question is an answer
        said = {"error": str(error)}
    print(json.dumps(said), flush=True)
