import { django } from "./django.ts";
import { matplotlib, pytest, pytestOptions } from "./pytest.ts";
import { pytestV2 } from "./pytestV2.ts";
import { seaborn } from "./seaborn.ts";
import type { LogParser } from "./statuses.ts";
import { sympy } from "./sympy.ts";

/** The Python parsers of swebench 5.0.2's registry, by the names that a row's `log_parser` has. */
const PARSERS: ReadonlyMap<string, LogParser> = new Map([
  ["parse_log_pytest", pytest],
  ["parse_log_pytest_options", pytestOptions],
  ["parse_log_django", django],
  ["parse_log_pytest_v2", pytestV2],
  ["parse_log_seaborn", seaborn],
  ["parse_log_sympy", sympy],
  ["parse_log_matplotlib", matplotlib],
  ["parse_log_astroid", pytest],
  ["parse_log_flask", pytest],
  ["parse_log_marshmallow", pytest],
  ["parse_log_pvlib", pytest],
  ["parse_log_pyvista", pytest],
  ["parse_log_sqlfluff", pytest],
  ["parse_log_xarray", pytest],
  ["parse_log_pydicom", pytestOptions],
  ["parse_log_requests", pytestOptions],
  ["parse_log_pylint", pytestOptions],
  ["parse_log_astropy", pytestV2],
  ["parse_log_scikit", pytestV2],
  ["parse_log_sphinx", pytestV2],
]);

/** Every name that `logParser` knows. */
export const PARSER_NAMES: readonly string[] = [...PARSERS.keys()];

/** The parser of that name, or undefined: swebench's parsers of other languages are not here. */
export function logParser(name: string): LogParser | undefined {
  return PARSERS.get(name);
}
