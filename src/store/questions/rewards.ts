import { z } from 'zod';
import { count } from '../../protocol/count.js';
import { maxGroupSize } from '../../protocol/events.js';
import { question, runId } from '../question.js';
import type { RewardBin, RewardHistogram } from '../views.js';

/** Groups whose solutions are counted: more would hold up what else is asked. */
const mostGroups = 50_000;
/** So many distinct rewards have a bar each. */
const fewValues = 12;
const bins = 20;

export const rewardQuestions = {
  /** How the rewards of a step's solutions are spread. */
  rewards: question(z.tuple([runId, count]), ({ db }) => {
    const of = '(SELECT key FROM runs WHERE id = @run AND gone = 0)';
    const groups = db.prepare<{ run: string; step: number }, { n: number }>(
      `SELECT count(*) AS n FROM groups WHERE run = ${of} AND step = @step`,
    );
    const counts = db.prepare<{ run: string; step: number; most: number }, { reward: number | null; n: number }>(
      `SELECT s.reward, count(*) AS n
     FROM (SELECT id FROM groups WHERE run = ${of} AND step = @step ORDER BY grp LIMIT @most) g
     CROSS JOIN solutions s ON s.id >= g.id * ${maxGroupSize} AND s.id < (g.id + 1) * ${maxGroupSize}
     GROUP BY s.reward ORDER BY s.reward`,
    );
    return (run, step): RewardHistogram => {
      const all = groups.get({ run, step })!.n;
      const found = counts.all({ run, step, most: mostGroups });
      const finite = found.filter((c): c is { reward: number; n: number } => c.reward !== null && Number.isFinite(c.reward));
      const solutions = found.reduce((sum, c) => sum + c.n, 0);
      const rewarded = finite.reduce((sum, c) => sum + c.n, 0);
      return { bins: binned(finite), unrewarded: solutions - rewarded, counted: Math.min(all, mostGroups), groups: all };
    };
  }),
};

/** @param counts of distinct values, ascending */
function binned(counts: readonly { reward: number; n: number }[]): RewardBin[] {
  if (counts.length <= fewValues) return counts.map(({ reward, n }) => ({ low: reward, high: reward, n }));
  const low = counts[0].reward;
  const width = (counts[counts.length - 1].reward - low) / bins;
  const spread = Array.from({ length: bins }, (_, i): RewardBin => ({ low: low + i * width, high: low + (i + 1) * width, n: 0 }));
  for (const { reward, n } of counts) spread[Math.min(bins - 1, Math.floor((reward - low) / width))].n += n;
  return spread;
}
