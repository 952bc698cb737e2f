import { expect, test } from "vitest";
import { sampleWork } from "../sampleWork.ts";
import { empty } from "./empty.ts";

const door = { tester: {} as never };

test("nothing and white space are invalid", () => {
  for (const patchText of ["", " \n\t\n"])
    expect(empty.check(sampleWork({ patchText }), door)).toMatchObject({ verdict: "invalid-patch" });
  expect(empty.check(sampleWork(), door)).toBeNull();
});
