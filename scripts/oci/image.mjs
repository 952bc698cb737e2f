// Makes a container image out of what this machine has: Python, git, a shell and the usual small programs, with the
// libraries that they load. Nothing is downloaded, and it takes seconds.
import {
  chmodSync,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { find, remove, run } from "../setup/run.mjs";

const PROGRAMS = [
  ..."sh bash env cat ls cp mv rm mkdir chmod chown ln touch head tail sleep true false echo id test expr sed".split(
    " ",
  ),
  ..."grep find tar gzip git patch timeout nohup dd seq sort wc cut tr basename dirname readlink mktemp".split(
    " ",
  ),
];
const PATH = "/usr/local/bin:/usr/bin:/bin";
const ask =
  "import json,sys,sysconfig; print(json.dumps([sys.executable, sysconfig.get_path('stdlib'), sysconfig.get_path('platstdlib')]))";

/** Fills `folder` with the root of a small system. Throws when this machine has no Python or no shell of its own. */
async function fillRoot(folder) {
  const python = find("python3", PATH);
  if (!python) throw new Error("this machine has no python3 of its own: apt-get install python3");
  const { code, output } = await run([python, "-I", "-S", "-c", ask]);
  if (code !== 0) throw new Error(`python3: ${output.trim()}`);
  const [executable, ...libraries] = JSON.parse(output);
  const binaries = [executable, ...PROGRAMS.map((name) => find(name, PATH)).filter(Boolean)];
  const trees = [...new Set(libraries), "/usr/lib/git-core", "/usr/share/git-core"].filter(exists);
  for (const place of ["tmp", "var/tmp", "root", "etc", "proc", "dev", "sys", "run", "home"])
    mkdirSync(join(folder, place), { recursive: true });
  for (const place of ["tmp", "var/tmp"]) chmodSync(join(folder, place), 0o1777);
  for (const name of ["bin", "sbin", "lib", "lib64"])
    if (exists(`/${name}`) && lstatSync(`/${name}`).isSymbolicLink()) {
      mkdirSync(join(folder, "usr", name), { recursive: true });
      symlinkSync(`usr/${name}`, join(folder, name));
    }
  const loaded = [...binaries, ...trees.flatMap(modulesIn)];
  const copied = new Map();
  for (const tree of trees) copyTree(folder, tree, copied);
  for (const file of [...binaries, ...(await librariesOf(loaded))]) copy(folder, file, copied);
  const python3 = join(folder, "usr/bin/python3");
  if (!exists(python3)) symlinkSync(executable, python3);
  writeFileSync(
    join(folder, "etc/passwd"),
    "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/tmp:/bin/sh\n",
  );
  writeFileSync(join(folder, "etc/group"), "root:x:0:\nnogroup:x:65534:\n");
}

/** The shared libraries that programs and modules load, and the loader, at the names by which they are asked for. */
async function librariesOf(files) {
  const { output } = await run(["sh", "-c", 'ldd "$@" 2>/dev/null; true', "sh", ...files], {
    bytes: 1 << 24,
  });
  return new Set([...output.matchAll(/(?:=> )?(\/[^\s:]+) \(0x/g)].map(([, file]) => file));
}

function modulesIn(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".so"))
    .map((entry) => join(entry.parentPath, entry.name));
}

const leftOut =
  /^(__pycache__|test|tests|idlelib|turtledemo|ensurepip|lib2to3|config-.*|dist-packages|site-packages)$/;

function copyTree(folder, tree, copied) {
  for (const entry of readdirSync(tree, { withFileTypes: true })) {
    const place = join(tree, entry.name);
    if (leftOut.test(entry.name)) continue;
    if (entry.isDirectory()) copyTree(folder, place, copied);
    else if (exists(place)) copy(folder, place, copied);
  }
}

/** What a name leads to, under the same name; a file of many names (git has a hundred) is there once. */
function copy(folder, file, copied) {
  const [place, real] = [join(folder, file), realpathSync(file)];
  if (exists(place)) return;
  mkdirSync(dirname(place), { recursive: true });
  const { dev, ino } = statSync(real);
  const before = copied.get(`${dev}:${ino}`);
  if (before) return linkSync(before, place);
  copyFileSync(real, place);
  copied.set(`${dev}:${ino}`, place);
}

function exists(path) {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The image as a tar file at `archive`. */
export async function packImage(archive) {
  const folder = `${archive}.root`;
  remove(folder);
  mkdirSync(folder, { recursive: true });
  try {
    await fillRoot(folder);
    const { code, output } = await run([
      "tar",
      "-C",
      folder,
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      "-cf",
      archive,
      ".",
    ]);
    if (code !== 0) throw new Error(`tar: ${output.trim()}`);
  } finally {
    remove(folder);
  }
}
