import type { Clock } from "../../platform/index.ts";
import type { Hash } from "../../protocol/index.ts";
import type { Journal } from "../journal.ts";
import { ask, type ListMiners, type SendChallenge } from "./ask.ts";
import { collect } from "./collect.ts";
import { draw, type Sample } from "./draw.ts";
import { type EvaluatePatch, evaluate, type SealReceipt } from "./evaluate.ts";
import { listen } from "./listen.ts";
import { type MakeTasks, make } from "./make.ts";
import { type PreparePackage, prepare } from "./prepare.ts";
import { type RoundEnd, score } from "./score.ts";

/** The words of a round, ready to be called: each takes what the one before handed on. */
export interface Stages {
  draw(round: number): Promise<Hash>;
  prepare(drawn: Hash): Promise<Hash>;
  make(prepared: Hash): Promise<Hash>;
  ask(made: Hash): Promise<Hash>;
  listen(asked: Hash): Promise<Hash>;
  collect(asked: Hash): Promise<Hash[]>;
  evaluate(judged: Hash): Promise<Hash>;
  score(asked: Hash, evaluations: readonly Hash[]): Promise<RoundEnd>;
}

/** Give each stage the world that it uses, and no more. */
export function openStages(world: {
  journal: Journal;
  clock: Clock;
  /** When this process began, in Unix milliseconds. */
  startedAt: number;
  signal: AbortSignal;
  /** The packages to draw from. */
  sample: Sample;
  /** What is done to a package. */
  work: { preparePackage: PreparePackage; makeTasks: MakeTasks };
  /** What is done to a patch. */
  evaluatePatch: EvaluatePatch;
  sealReceipt: SealReceipt;
  /** How miners are reached, and how long they have. */
  miners: { listMiners: ListMiners; sendChallenge: SendChallenge; deadlineMs: number; returnAddress: string };
}): Stages {
  const { journal, clock, startedAt, signal, sample, work, evaluatePatch, miners, sealReceipt } = world;
  return {
    draw: (round) => draw(round, { journal, sample }),
    prepare: (drawn) => prepare(drawn, { journal, preparePackage: work.preparePackage }),
    make: (prepared) => make(prepared, { journal, makeTasks: work.makeTasks }),
    ask: (made) => ask(made, { journal, clock, ...miners }),
    listen: (asked) => listen(asked, { journal, clock, startedAt, signal }),
    collect: (asked) => collect(asked, { journal, startedAt }),
    evaluate: (judged) => evaluate(judged, { journal, evaluatePatch, sealReceipt }),
    score: (asked, evaluations) => score(asked, evaluations, { journal }),
  };
}
