import { fuzzTest } from "./fuzzTest.ts";

fuzzTest(600, 20_261_125);
