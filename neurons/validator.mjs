#!/usr/bin/env node
// `node neurons/validator.mjs …` is `npx taoception validator …`: any Node of at least 18 starts it.
process.argv.splice(2, 0, "validator");
await import("../bin/taoception.mjs");
