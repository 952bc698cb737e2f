import { fuzzTest } from "./fuzzTest.ts";

fuzzTest(20_000, Date.now() % 2 ** 31);
