import type { Tree } from "../protocol/index.ts";

/** Distributions whose module has another name. */
const distributions: Record<string, string> = {
  yaml: "pyyaml",
  attr: "attrs",
  dateutil: "python-dateutil",
  bs4: "beautifulsoup4",
  PIL: "pillow",
  dotenv: "python-dotenv",
  jwt: "pyjwt",
  Crypto: "pycryptodome",
  OpenSSL: "pyopenssl",
  pkg_resources: "setuptools",
  sklearn: "scikit-learn",
  google: "protobuf",
  serial: "pyserial",
  git: "gitpython",
  zmq: "pyzmq",
  jose: "python-jose",
  slugify: "python-slugify",
  pytest_httpbin: "pytest-httpbin",
  ruamel: "ruamel.yaml",
};

/** Fixtures that a plugin brings. */
const fixtures: Record<string, string> = {
  mocker: "pytest-mock",
  benchmark: "pytest-benchmark",
  requests_mock: "requests-mock",
  httpx_mock: "pytest-httpx",
  httpserver: "pytest-httpserver",
  httpbin: "pytest-httpbin",
  freezer: "pytest-freezer",
  time_machine: "time-machine",
  snapshot: "syrupy",
  faker: "faker",
  fs: "pyfakefs",
  subtests: "pytest-subtests",
  data_regression: "pytest-regressions",
  file_regression: "pytest-regressions",
  datadir: "pytest-datadir",
  lazy_fixture: "pytest-lazy-fixture",
  aiohttp_client: "pytest-aiohttp",
};

/**
 * Distributions that the words of a failed collection or run ask for: modules that were not found and are not the
 * project's own, fixtures whose plugin is known, coroutine tests without a plugin that runs them.
 */
export function missingFrom(text: string, tree: Tree): string[] {
  const tops = new Set(
    Object.keys(tree).flatMap((path) => path.split("/").map((part) => part.replace(/\.py$/, ""))),
  );
  const found = new Set<string>();
  for (const [, module = ""] of text.matchAll(/No module named '([A-Za-z_]\w*)/g))
    if (!tops.has(module) && !/^tests?$|^_/.test(module)) found.add(distributions[module] ?? module);
  // pytest's configuration names it in `filterwarnings`, or the project itself says how to get it
  for (const [, name = ""] of text.matchAll(
    /(?:Failed to import filter module '|\$ pip install )([A-Za-z][\w-]*)/g,
  ))
    if (!tops.has(name)) found.add(distributions[name] ?? name);
  for (const [, fixture = ""] of text.matchAll(/fixture '(\w+)' not found/g)) {
    const plugin = Object.hasOwn(fixtures, fixture) ? fixtures[fixture] : undefined;
    if (plugin !== undefined) found.add(plugin);
  }
  if (/async def functions are not natively supported/.test(text)) found.add("pytest-asyncio");
  return [...found].slice(0, 12);
}
