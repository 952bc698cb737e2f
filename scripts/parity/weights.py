"""Rows of weights as bittensor 11's own client makes them; lines of JSON on stdin and stdout.

{"uids", "weights", "limit"}  uids and values ready for the chain, or an error
"""

import json
import sys

from bittensor.intents.weights import clip_to_max_weight, normalize

U16_MAX = 65_535

for line in sys.stdin:
    question = json.loads(line)
    try:
        weights = question["weights"]
        if question["limit"] < U16_MAX:
            weights = clip_to_max_weight(weights, question["limit"] / U16_MAX)
        uids, values = normalize(question["uids"], weights)
        answer = {"uids": uids, "weights": values}
    except Exception as error:  # whatever it says of a row is an answer
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
