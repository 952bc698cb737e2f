#!/usr/bin/env node
// The door for `npx taoception`: any Node of at least 18 opens it; the program itself runs on the Node of set-up.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { places as placesOf } from "../scripts/setup/places.mjs";
import { setUp } from "../scripts/setup.mjs";

const places = placesOf();
const main = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));

const ready = existsSync(places.node) && existsSync(places.modules) ? 0 : await setUp();
process.exitCode = ready === 0 ? await follow([places.node, main, ...process.argv.slice(2)]) : ready;

/** Run a program as if it were this one: its streams, its signals, its end. */
function follow([program, ...rest]) {
  return new Promise((resolve) => {
    const PATH = [dirname(places.node), process.env.PATH].filter(Boolean).join(delimiter);
    const child = spawn(program, rest, { stdio: "inherit", env: { ...process.env, PATH } });
    const pass = (signal) => child.kill(signal);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) process.on(signal, pass);
    child.on("error", (error) => {
      process.stderr.write(`taoception: ${error.message}\n`);
      resolve(1);
    });
    child.on("exit", (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
