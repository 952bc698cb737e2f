import { afterAll, test } from "vitest";
import { sandboxChoice } from "../../src/sandbox/index.ts";
import { engineHere } from "../sandbox/engine.ts";
import { everyCheat } from "./play.ts";
import { zooTests } from "./zooTests.ts";

const cheats = await everyCheat();
const here = await engineHere();
if (here.ok) {
  afterAll(here.close);
  zooTests("oci", cheats, () => sandboxChoice({ ...here.environment, TAOCEPTION_SANDBOX: "oci" }));
} else {
  const told = `oci: ${cheats.length + 1} tests of the zoo not run: ${here.why}`;
  console.warn(told);
  test.skip(told, () => {});
}
