import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Meter } from "./meter.ts";

const NAME = "taoception_miner";

/** Metrics of a miner. `waiting` counts the jobs in its store that are not yet answered. */
export function openMetrics({ waiting }: { waiting: () => Promise<number> }): {
  registry: Registry;
  meter: Meter;
} {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <T extends string>(name: string, help: string, label: T) =>
    new Counter({ name: `${NAME}_${name}_total`, help, labelNames: [label], registers });
  const challenges = counter("challenges", "Challenges that came, by what they were answered", "reason");
  const solved = counter("solved", "Jobs that were worked off, by what came of them", "status");
  const answered = counter(
    "answered",
    "Answers that were brought to a validator, by how that ended",
    "state",
  );
  const seconds = new Histogram({
    name: `${NAME}_solve_seconds`,
    help: "How long a job was worked on",
    buckets: [0.5, 1, 2.5, 5, 10, 20, 40, 60, 90, 180, 600],
    registers,
  });
  new Gauge({
    name: `${NAME}_jobs_waiting`,
    help: "Jobs that are not yet answered",
    registers,
    async collect() {
      this.set(await waiting());
    },
  });
  return {
    registry,
    meter: {
      received: (reason) => challenges.inc({ reason }),
      solved(status, ms) {
        solved.inc({ status });
        seconds.observe(ms / 1000);
      },
      answered: (state) => answered.inc({ state }),
    },
  };
}
