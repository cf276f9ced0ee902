/** Where an experiment's weights come from: `policy.from`, resolved against known runs and known experiment files. */
import type { Experiment } from './schema.js';

/** `arith-sft@400`: an experiment name or a run id, and a step when one is named. */
export interface FromReference {
  target: string;
  step: number | null;
}

/** @returns null when the text is no reference */
export function parseFrom(from: string): FromReference | null {
  const match = /^([A-Za-z0-9][A-Za-z0-9._-]{0,127})(?:@(\d{1,9}))?$/.exec(from);
  return match && { target: match[1], step: match[2] ? Number(match[2]) : null };
}

/** What lineage needs to know of a run. */
export interface KnownRun {
  id: string;
  /** Name of its experiment. */
  experiment: string;
  number: number;
  state: 'live' | 'finished' | 'ended';
  /** Checkpoints that still exist, asked of one run only; paths relative to the run directory. */
  checkpoints: () => Promise<{ step: number; path: string }[]>;
}

/** The run and checkpoint whose weights a run starts from. */
export interface Parent {
  run: string;
  step: number;
  /** Relative to that run's directory, with forward slashes. */
  checkpoint: string;
}

export type ResolvedFrom =
  | { kind: 'found'; parent: Parent }
  /** A live run will provide it. */
  | { kind: 'live'; run: string; message: string }
  /** No run of that name or id: an experiment of that name can be launched first. */
  | { kind: 'none'; target: string; message: string }
  | { kind: 'broken'; message: string };

/** A named run provides its newest checkpoint, even when it was stopped early; a named experiment its newest finished run. */
export async function resolveFrom(from: string, runs: readonly KnownRun[]): Promise<ResolvedFrom> {
  const reference = parseFrom(from);
  if (!reference) {
    return {
      kind: 'broken',
      message: `policy.from "${from}" is no reference: write an experiment name or a run id, and @step if you want a certain one.`,
    };
  }
  const { target, step } = reference;
  const named = runs.find((r) => r.id === target);
  const ofExperiment = runs.filter((r) => r.experiment === target).sort((a, b) => b.number - a.number);
  const source = named ?? ofExperiment.find((r) => r.state === 'finished') ?? ofExperiment.find((r) => r.state === 'live');
  if (!source) {
    if (ofExperiment.length === 0) return { kind: 'none', target, message: `There is no run of "${target}" yet.` };
    return {
      kind: 'none',
      target,
      message: `"${target}" has no finished run: its newest, ${ofExperiment[0].id}, ended early. Resume it, launch it again, or name it by its id.`,
    };
  }
  const checkpoints = (await source.checkpoints()).sort((a, b) => b.step - a.step);
  const checkpoint = checkpoints.find((c) => step === null || c.step === step);
  if (source.state === 'live' && (step === null || !checkpoint)) {
    return { kind: 'live', run: source.id, message: `${source.id} is still running.` };
  }
  if (checkpoint) return { kind: 'found', parent: { run: source.id, step: checkpoint.step, checkpoint: checkpoint.path } };
  const which = step === null ? 'no checkpoint' : `no checkpoint of step ${step}`;
  const others = checkpoints.map((c) => c.step).reverse();
  const advice = others.length === 0 ? 'Resume it or launch it again' : `It has ${others.join(', ')}: name one of these after the @`;
  return { kind: 'broken', message: `${source.id} has ${which}. ${advice}.` };
}

/** An experiment and the file it stands in. */
export interface ExperimentFile {
  path: string;
  experiment: Experiment;
}

export type Chain = { ok: true; files: ExperimentFile[] } | { ok: false; message: string };

/**
 * The experiments that lead to one, first to last (base → SFT → GRPO). It begins where `policy.from` names no
 * experiment of `files`: at a preset, or at a run.
 */
export function chainOf(last: ExperimentFile, files: readonly ExperimentFile[]): Chain {
  const chain = [last];
  for (;;) {
    const { policy } = chain[0].experiment;
    const target = 'from' in policy ? parseFrom(policy.from)?.target : undefined;
    if (target === undefined) return { ok: true, files: chain };
    const found = files.filter((f) => f.experiment.name === target);
    if (found.length > 1)
      return {
        ok: false,
        message: `Two files hold an experiment named "${target}": ${found.map((f) => f.path).join(' and ')}. Rename one.`,
      };
    const before = found.at(0);
    if (!before) return { ok: true, files: chain };
    const names = [before, ...chain].map((f) => f.experiment.name);
    if (chain.some((f) => f.experiment.name === target)) {
      return {
        ok: false,
        message: `The experiments start from each other in a circle: ${names.join(' → ')}. One of them must start from a preset.`,
      };
    }
    chain.unshift(before);
  }
}
