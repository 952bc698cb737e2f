"""Runs swebench's own re-grading of saved logs in the current folder: dataset, predictions, run id as arguments."""

import sys

from swebench.harness.run_evaluation import main

dataset, predictions, run_id = sys.argv[1:]
main(
    dataset_name=dataset,
    split="test",
    instance_ids=None,
    predictions_path=predictions,
    max_workers=1,
    open_file_limit=1024,
    run_id=run_id,
    timeout=1800,
    rewrite_reports=True,
    modal=False,
    report_dir="reports",
)
