import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Event } from "../protocol/index.ts";

const NAME = "taoception_validator";

/**
 * Metrics of a validator, counted from its own events: what `/metrics` tells is what the record holds. `head` gives the
 * chain's newest block, `judging` how many patches wait to be judged or are; both are asked when somebody looks.
 */
export function openMetrics(of: { workers: number; head: () => Promise<number>; judging: () => number }): {
  registry: Registry;
  count(event: Event): void;
} {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <T extends string>(name: string, help: string, ...labelNames: T[]) =>
    new Counter({ name: `${NAME}_${name}_total`, help, labelNames, registers });
  const gauge = (name: string, help: string) => new Gauge({ name: `${NAME}_${name}`, help, registers });
  const rounds = counter("rounds", "Rounds that are over");
  const failed = counter("packages_failed", "Packages that gave no tasks, by the stage that failed", "stage");
  const tasks = counter("tasks", "Tasks that were made, by their generator", "generator");
  const challenges = counter("challenges", "Challenges that were sent");
  const attempts = counter("attempts", "Answers of miners, by how they answered", "status");
  const verdicts = counter("verdicts", "Patches that were judged, by their verdict", "verdict");
  const epochs = counter("epochs", "Epochs that were seen");
  const seconds = new Histogram({
    name: `${NAME}_evaluation_seconds`,
    help: "How long judging a patch took",
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
    registers,
  });
  const weightsBlock = gauge("weights_block", "Block that holds the last weights");
  const weightsAt = gauge("weights_timestamp_seconds", "When weights were last set");
  const eventAt = gauge("event_timestamp_seconds", "When the last event was recorded");
  gauge("workers", "Processes that judge patches beside this one").set(of.workers);
  new Gauge({
    name: `${NAME}_judging`,
    help: "Patches that wait to be judged, or are",
    registers,
    collect() {
      this.set(of.judging());
    },
  });
  new Gauge({
    name: `${NAME}_chain_block`,
    help: "The chain's newest block; absent while the chain is away",
    registers,
    async collect() {
      const block = await of.head().catch(() => null);
      if (block === null) this.reset();
      else this.set(block);
    },
  });

  return {
    registry,
    count(event) {
      eventAt.set(Date.parse(event.at) / 1000);
      if (event.type === "cerebro") rounds.inc();
      else if (event.type === "package-failed") failed.inc({ stage: event.stage });
      else if (event.type === "task") tasks.inc({ generator: event.generator });
      else if (event.type === "challenge") challenges.inc();
      else if (event.type === "attempt") attempts.inc({ status: event.status });
      else if (event.type === "epoch") epochs.inc();
      else if (event.type === "verdict") {
        verdicts.inc({ verdict: event.verdict });
        seconds.observe(event.durationMs / 1000);
      } else if (event.type === "weights" && event.earned !== false) {
        weightsBlock.set(event.block);
        weightsAt.set(Date.parse(event.at) / 1000);
      }
    },
  };
}
