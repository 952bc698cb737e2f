import { unwantedPlugins } from "./plugins.ts";

/** Programs of developers that no test needs to run: they make layers large and resolutions fail. */
const tools =
  /^(?:mypy|ruff|black|isort|flake8|pylint|pyright|basedpyright|ty|pytype|pyre-check|tox|nox|twine|pre-commit|sphinx|furo|mkdocs|pdoc3?|interrogate|bandit|safety|bump2version|bumpver|commitizen|towncrier|scriv|codespell|pydocstyle|pycodestyle|pyflakes|autopep8|yapf|pyupgrade|check-manifest|coverage|coveralls|codecov|diff-cover|jupyter|jupyterlab|notebook|ipython|ipykernel|ipdb|pdbpp|pudb|pip-tools|pip|uv|hatch|poetry|pdm|cibuildwheel|reno|doc8|gitlint|vulture|slotscheck|refurb|pyroma|cogapp|asv|pyinstaller|mutmut|pyperformance)$|^(?:tox|flake8|sphinx|sphinxcontrib|mkdocs|mypy|pylint|types|jupyter|pep8|nox|readme)-/;
const kept = new Set(["sphinx-testing"]);

/** True for a distribution that is asked for in groups of tests and that no verdict needs. */
export function unneeded(name: string): boolean {
  return !kept.has(name) && (tools.test(name) || unwantedPlugins.has(name));
}
