import { defineConfig } from "vitest/config";

/** What takes minutes or the network: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ["src/**/*.long.ts", "test/**/*.long.ts", "scripts/**/*.long.ts"],
    testTimeout: 1_800_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 1,
  },
});
