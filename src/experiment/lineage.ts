/** Where what an experiment builds on comes from: references, resolved against known runs and known experiment files. */
import { type Origin, originsOf, type RunCheckpoint, whyUnfit } from './origins.js';
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

export const referenceTo = ({ target, step }: FromReference): string => (step === null ? target : `${target}@${step}`);

export const noReference = (from: string): string =>
  `"${from}" is no reference: write an experiment name or a run id, and @step if you want a certain one.`;

/** A run, as far as an experiment that builds on it needs to know it. */
export interface OriginCandidate {
  id: string;
  /** Name of its experiment. */
  experiment: string;
  number: number;
  method: string;
  state: 'live' | 'finished' | 'ended';
  /** Checkpoints that still exist, asked of one run only; paths relative to the run directory. */
  checkpoints: () => Promise<{ step: number; path: string }[]>;
}

export type ResolvedFrom =
  | { kind: 'found'; at: RunCheckpoint }
  /** A live run will provide it. */
  | { kind: 'live'; run: string }
  /** No run of that name or id: an experiment of that name can be launched first. */
  | { kind: 'none'; target: string; message: string }
  | { kind: 'broken'; message: string };

/** A named run provides its newest checkpoint, even when it was stopped early; a named experiment its newest finished run. */
export async function resolveFrom(origin: Origin, runs: readonly OriginCandidate[]): Promise<ResolvedFrom> {
  const reference = parseFrom(origin.from);
  if (!reference) return { kind: 'broken', message: noReference(origin.from) };
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
  const unfit = whyUnfit(origin, source.id, source.method);
  if (unfit !== null) return { kind: 'broken', message: unfit };
  const checkpoints = (await source.checkpoints()).sort((a, b) => b.step - a.step);
  const checkpoint = checkpoints.find((c) => step === null || c.step === step);
  if (source.state === 'live' && (step === null || !checkpoint)) return { kind: 'live', run: source.id };
  if (checkpoint) return { kind: 'found', at: { run: source.id, step: checkpoint.step, checkpoint: checkpoint.path } };
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

export type Chain<F extends ExperimentFile = ExperimentFile> = { ok: true; files: F[] } | { ok: false; message: string };

/**
 * The experiments that lead to one, each once and after all that it builds on (base → SFT → reward model → GRPO). The first is
 * where the weights begin: it starts from a preset, or from what is no experiment of `files`.
 */
export function chainOf<F extends ExperimentFile>(last: F, files: readonly F[]): Chain<F> {
  const chain: F[] = [];
  /** @param after the experiments that build on this one, nearest first; @returns what is wrong, or null */
  const visit = (file: F, after: readonly F[]): string | null => {
    if (chain.includes(file)) return null;
    const line = [file, ...after];
    for (const { from } of originsOf(file.experiment)) {
      const target = parseFrom(from)?.target;
      const found = files.filter((f) => f.experiment.name === target);
      if (found.length > 1) return `Two files hold an experiment named "${target}": ${found.map((f) => f.path).join(' and ')}. Rename one.`;
      const before = found.at(0);
      if (!before) continue;
      if (line.some((f) => f.experiment.name === target)) {
        const names = [before, ...line].map((f) => f.experiment.name).join(' → ');
        return `The experiments start from each other in a circle: ${names}. One of them must start from something else.`;
      }
      const problem = visit(before, line);
      if (problem !== null) return problem;
    }
    chain.push(file);
    return null;
  };
  const problem = visit(last, []);
  return problem === null ? { ok: true, files: chain } : { ok: false, message: problem };
}
