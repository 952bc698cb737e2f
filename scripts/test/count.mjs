import { writeFileSync } from "node:fs";

/** A vitest reporter that writes {passed, failed} to the file that `TEST_COUNTS` names, when the run has ended. */
export default class Count {
  onTestRunEnd(files, errors) {
    const tests = files.flatMap((file) => [...file.children.allTests()]);
    const passed = tests.filter((test) => test.result().state === "passed").length;
    const red = tests.filter((test) => test.result().state === "failed").length;
    // A file that could not be loaded has no red test of its own; neither has an error outside of any test.
    const broken = files.filter((file) => !file.ok() && [...file.children.allTests("failed")].length === 0);
    writeFileSync(
      process.env.TEST_COUNTS,
      JSON.stringify({ passed, failed: red + broken.length + errors.length }),
    );
  }
}
