"""What swebench itself says: JSON lines in, JSON lines out, one answer a case.

A case is {id, patch, logParser, evalType, failToPass, passToPass} and its log as `log` (text) or `bytes` (base64).
Its answer is {"text": the bytes of report.json} or {"error": the exception's name} where swebench fails.
"""

import base64
import json
import pathlib
import sys
import tempfile

from swebench.harness.grading import get_eval_report
from swebench.types import TestSpec


def answer(case, path):
    raw = base64.b64decode(case["bytes"]) if "bytes" in case else case["log"].encode()
    path.write_bytes(raw)
    spec = TestSpec(
        instance_id=case["id"],
        image="",
        eval_script_list=[],
        repo="",
        version="",
        FAIL_TO_PASS=case["failToPass"],
        PASS_TO_PASS=case["passToPass"],
        log_parser=case["logParser"],
        eval_type=case["evalType"],
    )
    prediction = {"instance_id": case["id"], "model_name_or_path": "m", "model_patch": case["patch"]}
    try:
        report = get_eval_report(spec, prediction, str(path), include_tests_status=True)
    except Exception as error:
        return {"error": type(error).__name__}
    return {"text": json.dumps(report, indent=4)}


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "test_output.txt"
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line), path)))


main()
