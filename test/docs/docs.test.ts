import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { EventBody } from "../../src/protocol/index.ts";
import { FIGURES } from "./figures.ts";
import { anchorsOf, codeOf, linksOf, pathsIn, shellLinesOf } from "./markdown.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const below = (folder: string, ends: RegExp): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ends.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();

const rooms = readdirSync(join(root, "src"));
const pages = [
  ...["README.md", "AGENTS.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...below("docs", /\.md$/),
  ...rooms.map((room) => `src/${room}/README.md`).filter((path) => existsSync(join(root, path))),
];
const sources = [...below("src", /\.ts$/), ...below("scripts", /\.(?:mjs|ts)$/)].filter(
  (path) => !/\.(?:test|long)\.ts$/.test(path),
);
const { scripts, ...named } = JSON.parse(read("package.json"));

describe.each(pages)("%s", (page) => {
  const text = read(page);

  test("leads to files and headings that are there", () => {
    const broken = linksOf(text).filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? join(root, page) : join(root, dirname(page), path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(target, "utf8")).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test("names paths of this repository that are there", () => {
    const missing = pathsIn(text).filter((path) => {
      const folder = page.startsWith("src/") ? dirname(page) : ".";
      return ![".", folder].some((from) => existsSync(join(root, from, path)));
    });
    expect(missing).toEqual([]);
  });

  test("names no registry", () => {
    const told = text.match(
      /\b(?:registry\.\S+|(?:[\w-]+\.)*pypi\.org|\S*pythonhosted\.org|\S*npmjs\.(?:org|com)|\S*docker\.io|ghcr\.io|quay\.io|crates\.io|proxy\.golang\.org|https?:\/\/\S+\/simple)\b/gi,
    );
    expect(told).toBeNull();
  });

  test("gives npm's words as package.json has them", () => {
    const own = new Set(["ci", "install"]);
    const words = codeOf(text).flatMap((code) => [
      ...code.matchAll(/\bnpm (?:-s )?(?:(run) )?([a-z][\w:]*)/g),
    ]);
    const unknown = words.filter(
      ([, run, word = ""]) => !Object.hasOwn(scripts, word) && (run || !own.has(word)),
    );
    expect(unknown.map(([all]) => all)).toEqual([]);
  });

  const lines = shellLinesOf(text);
  if (lines.length > 0)
    test.each(lines)("a command that is understood: %s", async (line) => {
      const [name, words] = wordsOf(line);
      expect(name, "whose command it is").toMatch(/^(?:taoception|start)$/);
      await expect(complaintOf(words)).resolves.toBe("");
    });
});

test.each(rooms)("the room %s says in at most 16 lines what it is for", (room) => {
  const text = read(`src/${room}/README.md`);
  expect(text.split("\n")[0]).toBe(`# ${room}`);
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(16);
  expect(text).toMatch(/\brule: /i);
});

test.each(FIGURES)("%s: %s, as in src/%s", (page, phrase, file, ...literals) => {
  expect(read(`docs/${page}`)).toContain(phrase);
  for (const literal of literals) expect(read(`src/${file}`)).toContain(literal);
});

test("the layers stand in their order", () => {
  const [, before = "", after = ""] =
    /const before: .*? = \[(.*?)\];[\s\S]*?const after: .*? = \[(.*?)\];/.exec(
      read("src/evaluation/evaluate.ts"),
    ) ?? [];
  const named = (list: string) =>
    list
      .split(", ")
      .map((name) => `\`${name}\``)
      .join(", ");
  const told = `${named(before)} look at the patch; ${named(after)} at what it does`;
  expect(read("docs/security.md")).toContain(told);
});

test("every event has its section", () => {
  const types = EventBody.options.map((option) => option.shape.type.value);
  const told = [...read("docs/events.md").matchAll(/^### (\S+)$/gm)].map(([, type]) => type);
  expect(told).toEqual(types);
});

test("every dependency has its decision", () => {
  const decisions = below("docs/decisions", /^\d{4}-[a-z0-9-]+\.md$/)
    .map(read)
    .join("\n");
  const all = { ...named.dependencies, ...named.devDependencies, ...named.optionalDependencies };
  const told = (name: string) =>
    [name, `${name.split("/")[0]}/*`].some((word) => decisions.includes(`\`${word}\``));
  expect(Object.keys(all).filter((name) => !told(name))).toEqual([]);
});

test("every decision stands in the index, in order, and is short", () => {
  const files = below("docs/decisions", /^\d{4}-.*\.md$/).map((path) => path.split("/").at(-1) ?? "");
  expect(linksOf(read("docs/decisions/README.md")).filter((link) => files.includes(link))).toEqual(files);
  expect(files.map((name) => Number(name.slice(0, 4)))).toEqual(files.map((_, at) => at + 1));
  for (const name of files) {
    const text = read(`docs/decisions/${name}`);
    expect(text.startsWith(`# ${Number(name.slice(0, 4))}. `), name).toBe(true);
    expect(text.trimEnd().split("\n").length, name).toBeLessThanOrEqual(16);
  }
});

test("every variable of ours is told, and every one that is told is read", () => {
  const code = sources.map(read).join("\n");
  const told = read("docs/running.md");
  const ours = new Set(code.match(/\bTAOCEPTION_[A-Z]+\b/g));
  expect([...ours].filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
  const names = new Set(codeOf(told).flatMap((text) => text.match(/\b[A-Z]+_[A-Z_]+\b/g) ?? []));
  expect([...names].filter((name) => !code.includes(name) && !/^[A-Z]+_$|_PROXY$/.test(name))).toEqual([]);
});

test("every message of the trouble-shooting table is one that we give", () => {
  const code = sources.map((path) => read(path).replace(/\s+/g, " "));
  const [, table = ""] = read("docs/running.md").split("\n## Trouble\n");
  const messages = [...table.matchAll(/^\| (`.*?) \| /gm)].flatMap(([, cell = ""]) => codeOf(cell));
  expect(messages.length).toBeGreaterThan(10);
  const unknown = messages.filter((message) => {
    const parts = message.split("…").map((part) => part.replace(/^set-up: /, "").trim());
    return !code.some((text) => parts.every((part) => text.includes(part)));
  });
  expect(unknown).toEqual([]);
});

/** A shell line's program word (`taoception`, or npm's script) and the words of our own command line. */
function wordsOf(line: string): [string, string[]] {
  const words: string[] = [...(line.match(/"[^"]*"|\S+/g) ?? [])];
  if (words[0] === "npx") return [words[1] ?? "", words.slice(2)];
  if (words[0] === "taoception") return ["taoception", words.slice(1)];
  const start = words.indexOf("start");
  const rest = words.slice(start + 1);
  return ["start", ["up", ...(rest[0] === "--" ? rest.slice(1) : [])]];
}

/** What the command line's parser has against these words; nothing is run. */
async function complaintOf(words: readonly string[]): Promise<string> {
  const program = new Command("taoception").enablePositionalOptions();
  const main = read("src/cli/main.ts");
  for (const file of below("src/cli/commands", /^[a-z]+\.ts$/)) {
    expect(main).toContain(`import("./commands/${file.split("/").at(-1)}")`);
    const { add } = await import(join(root, file));
    const { stdin, stdout, stderr } = process;
    add(program, { argv: [], environment: {}, stdin, stdout, stderr, signal: AbortSignal.abort() });
  }
  const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)];
  for (const command of every(program)) {
    command.exitOverride().allowExcessArguments(false);
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
    if (command.commands.length === 0 || command.registeredArguments.length > 0) command.action(() => {});
  }
  try {
    await program.parseAsync([...words], { from: "user" });
    return "";
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? "" : error.message;
  }
}

test("there are rooms and pages to look at", () => {
  expect(rooms.length).toBeGreaterThan(15);
  expect(pages.length).toBeGreaterThan(40);
  expect(rooms.every((room) => statSync(join(root, "src", room)).isDirectory())).toBe(true);
});
