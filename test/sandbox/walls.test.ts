import { test } from "vitest";
import { type SandboxChoice, sandboxChoice } from "../../src/sandbox/index.ts";
import { evaluateTest } from "./evaluateTest.ts";
import { COUNT, wallTests } from "./wallTests.ts";

wallTests("bubblewrap", () => ({}));
evaluateTest("bubblewrap", () => ({}));

const { TAOCEPTION_OCI, DOCKER_HOST, TAOCEPTION_IMAGE } = process.env;
if ((TAOCEPTION_OCI || DOCKER_HOST) && TAOCEPTION_IMAGE) {
  const choice = sandboxChoice({ ...process.env, TAOCEPTION_SANDBOX: "oci" }) as SandboxChoice & {
    backend: "oci";
  };
  wallTests("oci", () => choice);
  evaluateTest("oci", () => choice);
  wallTests("oci, a container for each job", () => ({ ...choice, noForks: true }));
  evaluateTest("oci, a container for each job", () => ({ ...choice, noForks: true }));
} else {
  const told = `oci: no engine here, ${2 * (COUNT + 1)} tests not run (TAOCEPTION_OCI or DOCKER_HOST, and TAOCEPTION_IMAGE)`;
  console.warn(told);
  test.skip(told, () => {});
}
