import { afterAll, test } from "vitest";
import { type SandboxChoice, sandboxChoice } from "../../src/sandbox/index.ts";
import { engineHere } from "./engine.ts";
import { evaluateTest } from "./evaluateTest.ts";
import { COUNT, wallTests } from "./wallTests.ts";

wallTests("bubblewrap", () => ({}));
evaluateTest("bubblewrap", () => ({}));

const here = await engineHere();
if (here.ok) {
  afterAll(here.close);
  const choice = sandboxChoice({ ...here.environment, TAOCEPTION_SANDBOX: "oci" }) as SandboxChoice & {
    backend: "oci";
  };
  wallTests("oci", () => choice);
  evaluateTest("oci", () => choice);
  wallTests("oci, a container for each job", () => ({ ...choice, noForks: true }));
  evaluateTest("oci, a container for each job", () => ({ ...choice, noForks: true }));
} else {
  const told = `oci: ${2 * (COUNT + 1)} tests not run: ${here.why}`;
  console.warn(told);
  test.skip(told, () => {});
}
