import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { passwordVariable, readStoredKey } from "../../bittensor/index.ts";
import { main } from "../main.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "wallets-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function call(words: string[], { environment = {}, stdin = "" } = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await main({
    argv: ["wallet", ...words, "--wallet.path", root],
    environment: { PATH: process.env.PATH, HOME: root, ...environment },
    stdin: Readable.from([stdin]),
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    signal: AbortSignal.timeout(60_000),
  });
  return { code, out: String(stdout.read() ?? ""), err: String(stderr.read() ?? "") };
}
const PHRASE = "old leopard transfer rib spatial phone calm indicate online fire caution review";
const ADDRESS = "5HDvhV6WDCjCKyrXqGQSDYqQAzkzabNhctmiDYEqgBC66BsX";
const modeOf = async (...path: string[]) => (await stat(join(root, ...path))).mode & 0o777;

test("a wallet is made, listed and shown, its words told once, and nothing is written over", async () => {
  const made = await call([
    "new",
    "--no-password",
    "--wallet.name=alice",
    "--wallet.hotkey",
    "first",
    "--json",
  ]);
  expect(made.code).toBe(0);
  const { name, coldkey, hotkey } = JSON.parse(made.out);
  expect(name).toBe("alice");
  expect(coldkey.mnemonic.split(" ")).toHaveLength(12);
  for (const path of [["coldkey"], ["coldkeypub.txt"], ["hotkeys", "first"], ["hotkeys", "firstpub.txt"]])
    expect(await modeOf("alice", ...path)).toBe(0o600);
  expect(await readFile(join(root, "alice", "coldkeypub.txt"), "utf8")).not.toContain("secret");
  const second = await call(["new", "--wallet.name", "alice", "--wallet.hotkey", "second", "--words", "24"]);
  expect(second).toMatchObject({ code: 0, err: expect.stringContaining("not shown again") });
  expect(second.out).not.toContain("coldkey");
  expect(second.out.trimEnd().split("\n").at(-1)?.trim().split(" ")).toHaveLength(24);
  expect(await call(["new", "--wallet.name", "alice", "--wallet.hotkey", "second"])).toMatchObject({
    code: 2,
  });
  await call(["new", "--no-password", "--wallet.name", "bob"]);

  const listed = JSON.parse((await call(["list", "--json"])).out);
  expect(listed).toEqual([
    {
      name: "alice",
      coldkey: { ss58: coldkey.ss58, encrypted: false },
      hotkeys: [
        { name: "first", ss58: hotkey.ss58 },
        { name: "second", ss58: expect.stringMatching(/^5/) },
      ],
    },
    { name: "bob", coldkey: { ss58: expect.any(String), encrypted: false }, hotkeys: [expect.any(Object)] },
  ]);
  const shown = await call(["show", "--wallet.name", "alice", "--wallet.hotkey", "first"]);
  expect(shown.out).toContain(hotkey.ss58);
  expect(shown.out).not.toContain(coldkey.mnemonic);
  expect(await call(["show", "--wallet.name", "carol"])).toMatchObject({
    ...{ code: 2, err: expect.stringContaining("there is no wallet carol") },
  });
});

test("a coldkey is encrypted, and opens by each way of giving a password", { timeout: 120_000 }, async () => {
  const environment = { BT_WALLET_PASSWORD: "testing" };
  expect((await call(["new", "--json"], { environment })).code).toBe(0);
  const path = join(root, "default", "coldkey");
  expect((await readFile(path)).subarray(0, 5).toString()).toBe("$NACL");
  const [wallet] = JSON.parse((await call(["list", "--json"])).out);
  expect(wallet).toMatchObject({ name: "default", coldkey: { encrypted: true } });
  const variable = passwordVariable(path);
  const hidden = Buffer.from("testing").map((byte, at) => byte ^ variable.charCodeAt(at % variable.length));
  for (const given of [environment, { [variable]: Buffer.from(hidden).toString("base64") }])
    expect((await readStoredKey(path, { environment: given })).address).toBe(wallet.coldkey.ss58);
  await expect(readStoredKey(path, { environment: {} })).rejects.toMatchObject({ code: "no-password" });
  await expect(readStoredKey(path, { environment: { BT_WALLET_PASSWORD: "x" } })).rejects.toMatchObject({
    code: "wrong-password",
    message: expect.stringContaining(path),
  });
});

test("a password's own variable is named and hidden as btwallet does it", () => {
  expect(passwordVariable("/tmp/x y/my.wallets/default/coldkey")).toBe(
    "BT_PW__TMP_X Y_MY_WALLETS_DEFAULT_COLDKEY",
  );
});

test("a key comes back from its words, from standard input alone", async () => {
  const back = await call(["regen", "hotkey", "--json"], { stdin: `${PHRASE}\n` });
  expect(JSON.parse(back.out)).toEqual({ ss58: ADDRESS, path: join(root, "default", "hotkeys", "default") });
  expect(await call(["regen", "hotkey"], { stdin: PHRASE })).toMatchObject({
    ...{ code: 2, err: expect.stringContaining("never written over") },
  });
  for (const [stdin, why] of [
    [PHRASE.replace("old", "new"), "neither JSON nor"],
    [JSON.stringify({ ss58Address: ADDRESS }), "public part"],
    ["", "neither JSON nor"],
  ] as const)
    expect(await call(["regen", "coldkey", "--no-password"], { stdin })).toMatchObject({
      ...{ code: 2, err: expect.stringContaining(why) },
    });
  expect(await call(["regen", "coldkey"], { stdin: PHRASE })).toMatchObject({
    ...{ code: 2, err: expect.stringContaining("there is no password") },
  });
});

test.each([
  [["new", "--words", "13"], "--words: give 12, 15, 18, 21, 24"],
  [["new", "--wallet.name", "../x"], "is no name of a wallet"],
  [["regen", "both"], "<which>: give coldkey or hotkey"],
  [["list", "--wallet.name", "x"], "unknown flag --wallet.name"],
])("wallet %j is told what is wrong", async (words, why) => {
  expect(await call(words)).toMatchObject({ code: 2, err: expect.stringContaining(why) });
});
