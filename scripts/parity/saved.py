# Writes test/swebench/files/saved: folders of `datasets`' save_to_disk, and what swebench 5.0.2 reads of each split;
# and beside it shards as pyarrow writes them that `datasets` does not: compressed ones, and one whose dictionary grows.
#
#   .runtime/swebench-5.0.2/bin/python scripts/parity/saved.py
import json
import shutil
from pathlib import Path

import pyarrow as pa
from datasets import Dataset, DatasetDict
from swebench.harness.utils import load_swebench_dataset

folder = Path(__file__).parents[2] / "test/swebench/files/saved"
WORDS = ["instance_id", "repo", "version", "image", "problem_statement", "eval_script"]


def table(text, tests, rows):
    """Rows as a dataset whose texts are of one Arrow type and whose test lists are of another."""
    columns = {name: pa.array([row.get(name) for row in rows], text) for name in WORDS}
    for name in ["FAIL_TO_PASS", "PASS_TO_PASS"]:
        column = [row[name] if pa.types.is_list(tests) or pa.types.is_large_list(tests) else json.dumps(row[name]) for row in rows]
        columns[name] = pa.array(column, tests)
    return Dataset(pa.table(columns))


def row(number, **rest):
    lists = {"FAIL_TO_PASS": [f"t.py::a{number}", "t.py::b[é x]"], "PASS_TO_PASS": [] if number % 2 else ["t.py::c"]}
    return {"instance_id": f"a__b-{number}", "repo": "a/b", "version": "1.0", "image": f"i:{number}", **lists, **rest}


rows = [row(1, problem_statement="\ufeffé\n"), row(2, image=None, eval_script="#!/bin/bash\n"), row(3)]
string, large = pa.string(), pa.large_string()
splits = DatasetDict(
    test=table(string, string, rows),
    lists=table(string, pa.list_(string), rows),
    large=table(large, pa.large_list(large), rows),
)
shutil.rmtree(folder, ignore_errors=True)
splits.save_to_disk(folder, num_shards={name: 2 if name == "lists" else 1 for name in splits})
read = {name: load_swebench_dataset(str(folder), name) for name in splits}

# `datasets` writes no dictionaries of its own, but reads a shard that has them
coded = folder / "coded"
shutil.copytree(folder / "test", coded)
with pa.OSFile(str(coded / "data-00000-of-00001.arrow"), "wb") as shard:
    kind = pa.dictionary(pa.int8(), string)
    plain = splits["test"].data.table
    schema = pa.schema([pa.field(name, kind if name in ["repo", "eval_script"] else string) for name in plain.column_names])
    options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    with pa.ipc.new_stream(shard, schema, options=options) as stream:
        values = []
        for one in plain.to_pylist():
            values += [one["eval_script"] or "-"]
            words = {name: pa.DictionaryArray.from_arrays(pa.array([0], pa.int8()), pa.array([one[name]])) for name in ["repo"]}
            key = len(values) - 1 if one["eval_script"] else None
            words["eval_script"] = pa.DictionaryArray.from_arrays(pa.array([key], pa.int8()), pa.array(values))
            arrays = [words.get(name, pa.array([one[name]], string)) for name in plain.column_names]
            stream.write_batch(pa.record_batch(arrays, schema=schema))
read["coded"] = load_swebench_dataset(str(folder), "coded")
assert read["coded"] == read["test"]

for codec in ["lz4", "zstd"]:
    with pa.OSFile(str(folder.parent / f"{codec}.arrow"), "wb") as shard:
        plain = pa.table({"instance_id": ["a__b-1" * 20]})
        with pa.ipc.new_stream(shard, plain.schema, options=pa.ipc.IpcWriteOptions(compression=codec)) as stream:
            stream.write_table(plain)
(folder / "read.json").write_text(json.dumps(read) + "\n")
