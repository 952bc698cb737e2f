import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { Beacon, quicknet, verifyPulse } from "../bittensor/index.ts";
import { silentLogger, testClock } from "../platform/index.ts";
import { beaconSeed, beaconTerms, chainHash, openBeacon } from "./beacon.ts";
import { beaconPage } from "./beaconPages.ts";
import { startLocalChain } from "./index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "beacon-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What drand's HTTP interface gives, as its documentation has it. */
const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
const Info = z.strictObject({
  public_key: hex(96),
  period: z.number().int().min(1),
  genesis_time: z.number().int(),
  hash: hex(32),
  groupHash: hex(32),
  schemeID: z.literal("bls-unchained-g1-rfc9380"),
  metadata: z.strictObject({ beaconID: z.string() }),
});
const Said = z.strictObject({ round: z.number().int().min(1), randomness: hex(32), signature: hex(48) });

test("a beacon's name is made as drand makes that of quicknet", () => {
  const groupHash = "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e";
  expect(chainHash(quicknet, groupHash, "quicknet")).toBe(
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
  );
});

test("pulses come with time, never before it, and are the same ever after", async () => {
  const clock = testClock();
  const path = join(folder, "beacon.seed");
  const seed = await beaconSeed(path);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(Buffer.from(await beaconSeed(path))).toEqual(Buffer.from(seed));
  const terms = Beacon.parse(beaconTerms(seed, clock.now()));
  const beacon = openBeacon({ seed, terms, path }, { clock });
  expect(beacon.pulse(1)).not.toBeNull();
  expect([0, -1, 1.5, Number.NaN, 2].map((round) => beacon.pulse(round))).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
  await clock.advance(1_000);
  const second = beacon.pulse(2);
  if (second === null) throw new Error("round 2 is not out");
  expect(verifyPulse(second, terms)).toBe(true);
  expect(openBeacon({ seed, terms, path }, { clock }).pulse(2)).toEqual(second);
  expect(beaconPage("/public/3", beacon)?.status).toBe(425);
  expect(beaconPage(`/${"0".repeat(64)}/info`, beacon)).toBeNull();
  for (const no of [
    "/public/0",
    "/public/01",
    "/public/-1",
    "/public/1e3",
    "/",
    "/info/",
    "",
    "//info",
    "/public/",
  ])
    expect([no, beaconPage(no, beacon)]).toEqual([no, null]);
});

test("a seed that is not the chain's own, or none at all, stops the chain", async () => {
  const genesis = {
    ...{
      owner: "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM",
      ownerHotkey: "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM",
    },
    accounts: {},
  };
  const start = () => startLocalChain({ genesis, home: folder, logger: silentLogger });
  await (await start())[Symbol.asyncDispose]();
  await (await start())[Symbol.asyncDispose]();
  const path = join(folder, "beacon.seed");
  await writeFile(path, "no seed");
  await expect(start()).rejects.toMatchObject({ code: "other-beacon" });
  await rm(path);
  await expect(start()).rejects.toMatchObject({ code: "other-beacon" });
});

test("drand's pages are served beside the chain, and nothing of the seed", async () => {
  const genesis = {
    ...{
      owner: "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM",
      ownerHotkey: "5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM",
    },
    accounts: {},
  };
  await using running = await startLocalChain({ genesis, home: folder, logger: silentLogger });
  const get = async (path: string) => {
    const response = await fetch(`${running.url}${path}`);
    return { status: response.status, body: (await response.json()) as unknown };
  };
  const info = Info.parse((await get("/info")).body);
  expect((await get("/chains")).body).toEqual([info.hash]);
  expect((await get(`/${info.hash}/info`)).body).toEqual(info);
  const latest = Said.parse((await get(`/${info.hash}/public/latest`)).body);
  expect(Said.parse((await get(`/public/${latest.round}`)).body)).toEqual(latest);
  const terms = { publicKey: info.public_key, genesisTime: info.genesis_time, period: info.period };
  expect(verifyPulse(latest, terms)).toBe(true);
  expect((await get(`/public/${latest.round + 1_000}`)).status).toBe(425);
  expect((await get("/public/next")).status).toBe(405);
  const seed = (await readFile(join(folder, "beacon.seed"), "utf8")).trim();
  expect(await readFile(join(folder, "blocks.jsonl"), "utf8")).not.toContain(seed);
});
