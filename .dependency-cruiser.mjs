// The rule of the house: a room imports only from lower floors, through index.ts, and never a neighbour,
// except those named for floor 2 (see docs/architecture.md).
export const floors = [
  ["protocol"],
  ["platform"],
  [
    "patch",
    "yuma",
    "scoring",
    "cerebro",
    "market",
    "sandbox",
    "llm",
    "pypi",
    "github",
    "bittensor",
    "storage",
    "durable",
    "dataset",
    "swebench",
    "runtime",
  ],
  ["python", "evaluation", "tasks", "agents", "server"],
  ["validator", "miner", "bot", "localchain", "runtimechain", "subnet", "harness"],
  ["cli"],
];
/** Neighbours that may be entered on floor 2. */
const neighbours = { evaluation: ["python"], tasks: ["python", "evaluation"], agents: ["python"] };
const pure = ["patch", "yuma", "scoring", "cerebro", "market"];
const path = (rooms) => `^src/(${rooms.join("|")})/`;

const downwards = floors.flatMap((rooms, floor) =>
  rooms.map((room) => ({
    name: `${room}-imports-downwards`,
    severity: "error",
    from: { path: path([room]) },
    to: {
      path: path(
        floors
          .slice(floor)
          .flat()
          .filter((other) => other !== room && !(neighbours[room] ?? []).includes(other)),
      ),
    },
  })),
);

export default {
  forbidden: [
    ...downwards,
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "front-door",
      severity: "error",
      from: { path: "^src/([^/]+)/" },
      to: { path: "^src/[^/]+/", pathNot: ["^src/$1/", "^src/[^/]+/index\\.ts$"] },
    },
    {
      name: "protocol-is-pure",
      severity: "error",
      from: { path: "^src/protocol/", pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "pure-rooms",
      severity: "error",
      from: { path: path(pure), pathNot: "\\.test\\.ts$" },
      to: { path: ["^src/platform/"] },
    },
    {
      name: "pure-rooms-no-node",
      severity: "error",
      from: { path: path(pure), pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "known-rooms-only",
      severity: "error",
      from: { path: "^src/", pathNot: path(floors.flat()) },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".mjs", ".js"] },
  },
};
