/** What is known of each of several runs in one place before any is imported, and how it is put into words. */
import { largest } from './extremes.js';
import { count, significant } from './format.js';

export interface RunFacts {
  /** What it is chosen by. */
  id: string;
  name: string;
  files: number;
  bytes: number;
  /** When it began, as the names of its files have it (ISO, local to the machine that wrote it); null where they have no time. */
  started: string | null;
  /** When a file of it was written last, ms since 1970. */
  written: number;
  seed: number | null;
  /** First and last step with anything to show; null where there is none. */
  steps: { first: number; last: number } | null;
  totalSteps: number | null;
  solutions: number;
  /** The last value of what says most: the reward, otherwise a held-out score, otherwise the loss. */
  value: { name: string; value: number } | null;
  /** Settings of the trainer in which it differs from one of the others. */
  settings: Record<string, string>;
  /** False where reading it to its end would have taken too long: it may go on. */
  whole: boolean;
  /** Why it cannot be read. */
  problem: string | null;
}

/** `steps 1 to 3 of 100`, `12 solutions`, `reward/mean 0.31`, `seed 7`, `started 2026-08-21 10:00`, `lr 1e-6`, `aborted after step 3` */
export function runWords(run: RunFacts, all: readonly RunFacts[]): string[] {
  const { steps, solutions, value, seed, started, whole, problem } = run;
  if (problem !== null) return [`cannot be read: ${problem}`];
  const words: (string | null)[] = [
    steps ? stepsText(steps, whole) : whole ? 'no steps' : 'not looked into',
    solutions > 0 ? count(solutions, 'solution') : null,
    value && `${value.name} ${significant(value.value)}${whole ? '' : ' so far'}`,
    seed === null || all.every((other) => other.seed === seed) ? null : `seed ${seed}`,
    started && `started ${started.replace('T', ' ').slice(0, 16)}`,
    ...Object.entries(run.settings).map(([key, text]) => `${key} ${text}`),
    endOf(run, all),
  ];
  return words.filter((text) => text !== null);
}

function stepsText({ first, last }: { first: number; last: number }, whole: boolean): string {
  if (!whole) return `steps ${first} to ${last} and more`;
  return first === last ? `step ${first}` : `steps ${first} to ${last}`;
}

/** What a run's last step says of its end: where its trainer meant to go further, or another run here did. Null where nothing is missing. */
function endOf(run: RunFacts, all: readonly RunFacts[]): string | null {
  if (!run.steps || !run.whole) return null;
  const { last } = run.steps;
  // What was written last may be going on.
  const newest = all.every((other) => other.written <= run.written);
  if (run.totalSteps !== null && last < run.totalSteps)
    return newest ? `at step ${last} of ${run.totalSteps}` : `aborted after step ${last} of ${run.totalSteps}`;
  const furthest = largest(all.map(({ steps }) => steps?.last ?? 0));
  return !newest && run.totalSteps === null && last * 2 <= furthest
    ? `aborted after step ${last}, where another goes to ${furthest}`
    : null;
}
