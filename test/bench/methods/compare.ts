/** The paper's comparison at small scale, over several seeds. */
import { join } from 'node:path';
import type { RunEvent } from '../../../src/protocol/events.js';
import { finish, newestOf } from './engineRuns.js';
import { methods, rewardModels, sft } from './experiments.js';

/** Fractions by mode (`greedy`, `maj@16`, `pass@16`, …), of one seed. */
export type Scores = Record<string, number>;

export interface MethodResult {
  title: string;
  /** One per seed, in order. */
  scores: Scores[];
}

/**
 * @param runs where the runs are kept: finished ones are not run again
 * @param workers seeds under way at a time, each with one thread
 * @param done hears of each run that is there
 */
export async function compareMethods(
  runs: string,
  seeds: readonly number[],
  workers: number,
  done: (what: string) => void,
): Promise<MethodResult[]> {
  const bySeed = new Map<number, Map<string, Scores>>();
  const waiting = [...seeds];
  const work = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) bySeed.set(seed, await oneSeed(runs, seed, done));
  };
  await Promise.all(Array.from({ length: workers }, work));
  const titles = [...bySeed.get(seeds[0])!.keys()];
  return titles.map((title) => ({ title, scores: seeds.map((seed) => bySeed.get(seed)!.get(title)!) }));
}

async function oneSeed(runs: string, seed: number, done: (what: string) => void): Promise<Map<string, Scores>> {
  const folder = join(runs, `seed-${seed}`);
  const tell = (title: string, scores: Scores): void => done(`seed ${seed}, ${title}: greedy ${(100 * scores.greedy).toFixed(1)} %`);
  const base = await finish(folder, { ...sft, seed });
  const [untrained, imitated] = [scoresAt(base.events, 0), scoresAt(base.events, sft.steps)];
  tell('SFT', imitated);
  const parent = newestOf(folder, 'sft');
  for (const experiment of Object.values(rewardModels)) await finish(folder, { ...experiment, seed }, { parent });
  const found = new Map([
    ['base (no training)', untrained],
    ['SFT', imitated],
  ]);
  for (const { title, experiment, rewardModel } of methods) {
    const origins = { parent, ...(rewardModel && { rewardModel: newestOf(folder, rewardModel) }) };
    const scores = scoresAt((await finish(folder, { ...experiment, seed }, origins)).events, experiment.steps);
    tell(title, scores);
    found.set(title, scores);
  }
  return found;
}

const scoresAt = (events: readonly RunEvent[], step: number): Scores =>
  Object.fromEntries(events.flatMap((e) => (e.type === 'benchmark' && e.step === step ? [[e.mode, Number(e.value)]] : [])));
