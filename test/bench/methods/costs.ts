/** What GRPO and PPO need of the same policy: taking turns, each alone on the machine. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { mean } from '../../../src/core/stats.js';
import { finish, newestOf } from './engineRuns.js';
import { short } from './experiments.js';

export interface Costs {
  /** Median over the steps, without evaluation. */
  secondsPerStep: number;
  /** Null where the system does not tell. */
  peakBytes: number | null;
}

/**
 * @param from a folder with an SFT run, as `compareMethods` makes it
 * @returns the mean over so many turns
 */
export async function measureCosts(from: string, turns = 3): Promise<Record<'grpo' | 'ppo', Costs>> {
  const parent = newestOf(from, 'sft');
  const runs = { grpo: short('GRPO, outcome'), ppo: short('PPO') };
  const found = { grpo: [] as Costs[], ppo: [] as Costs[] };
  for (let turn = 0; turn < turns; turn++) {
    for (const [method, experiment] of Object.entries(runs) as ['grpo' | 'ppo', (typeof runs)['ppo']][]) {
      const name = `cost-${method}`;
      rmSync(join(from, name), { recursive: true, force: true });
      const { events, peakBytes } = await finish(from, { ...experiment, name }, { parent });
      const seconds = events.flatMap((e) => (e.type === 'metrics' && e.step > 1 ? [Number(e.values['seconds/step'])] : []));
      found[method].push({ secondsPerStep: median(seconds), peakBytes });
      rmSync(join(from, name), { recursive: true, force: true });
    }
  }
  return { grpo: averaged(found.grpo), ppo: averaged(found.ppo) };
}

const averaged = (costs: readonly Costs[]): Costs => ({
  secondsPerStep: mean(costs.map((c) => c.secondsPerStep)),
  peakBytes: costs.some((c) => c.peakBytes === null) ? null : mean(costs.map((c) => c.peakBytes!)),
});

const median = (xs: readonly number[]): number => [...xs].sort((a, b) => a - b)[Math.floor(xs.length / 2)];
