#!/usr/bin/env node
// `node neurons/miner.mjs …` is `npx taoception miner …`: any Node of at least 18 starts it.
process.argv.splice(2, 0, "miner");
await import("../bin/taoception.mjs");
