import { expect, test } from "vitest";
import { openCompany } from "./company.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("shared work runs side by side and knows of it; work alone runs between", async () => {
  const { share, alone } = openCompany();
  const said: string[] = [];
  const doors = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  const shared = (name: number) =>
    share(async (had) => {
      said.push(`${name} in`);
      await doors[name]?.promise;
      said.push(`${name} out, ${had() ? "not alone" : "by itself"}`);
    });
  const [first, second] = [shared(0), shared(1)];
  const single = alone(async () => {
    said.push("alone in");
    await turn();
    said.push("alone out");
  });
  const late = shared(2);
  await turn();
  expect(said).toEqual(["0 in", "1 in"]);
  doors[0]?.resolve();
  await first;
  await turn();
  expect(said).toHaveLength(3);
  doors[1]?.resolve();
  await Promise.all([second, single]);
  doors[2]?.resolve();
  await late;
  expect(said.slice(2)).toEqual([
    ...["0 out, not alone", "1 out, not alone", "alone in", "alone out"],
    ...["2 in", "2 out, by itself"],
  ]);
});

test("what fails holds nobody up", async () => {
  const { share, alone } = openCompany();
  const failing = () => Promise.reject(new Error("no"));
  await expect(share(failing)).rejects.toThrow("no");
  await expect(alone(failing)).rejects.toThrow("no");
  expect(
    await Promise.all([alone(async () => 1), share(async (had) => had()), alone(async () => 2)]),
  ).toEqual([1, false, 2]);
});
