import { soakTest } from "./soakTest.ts";

soakTest(2_000, { megabytes: 100 });
