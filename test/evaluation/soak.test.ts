import { soakTest } from "./soakTest.ts";

soakTest(60, { megabytes: 60 });
