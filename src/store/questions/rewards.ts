import { z } from 'zod';
import { histogram } from '../../core/histogram.js';
import { count } from '../../protocol/count.js';
import { maxGroupSize } from '../../protocol/events.js';
import { perConnection, question, runId } from '../question.js';
import type { LengthHistogram, RewardHistogram } from '../views.js';

/** Groups whose solutions are counted: more would hold up what else is asked. */
const mostGroups = 50_000;
/** So many distinct values have a bar each. */
const few = 12;
const most = 20;

/** How often each value of a column occurs among the solutions of a step. */
const statements = perConnection(({ db }) => {
  const of = '(SELECT key FROM runs WHERE id = @run AND gone = 0)';
  const counts = (column: 'reward' | 'tokens') =>
    db.prepare<{ run: string; step: number; most: number }, { value: number | null; n: number }>(
      `SELECT s.${column} AS value, count(*) AS n
     FROM (SELECT id FROM groups WHERE run = ${of} AND step = @step ORDER BY grp LIMIT @most) g
     CROSS JOIN solutions s ON s.id >= g.id * ${maxGroupSize} AND s.id < (g.id + 1) * ${maxGroupSize}
     GROUP BY value ORDER BY value`,
    );
  const groups = db.prepare<{ run: string; step: number }, { n: number }>(
    `SELECT count(*) AS n FROM groups WHERE run = ${of} AND step = @step`,
  );
  return { groups, rewards: counts('reward'), lengths: counts('tokens') };
});

const isNumber = (c: { value: number | null; n: number }): c is { value: number; n: number } =>
  c.value !== null && Number.isFinite(c.value);

export const rewardQuestions = {
  /** How the rewards of a step's solutions are spread. */
  rewards: question(z.tuple([runId, count]), (connection) => {
    const { groups, rewards } = statements(connection);
    return (run, step): RewardHistogram => {
      const all = groups.get({ run, step })!.n;
      const found = rewards.all({ run, step, most: mostGroups });
      const unrewarded = found.filter((c) => !isNumber(c)).reduce((sum, c) => sum + c.n, 0);
      return { bins: histogram(found.filter(isNumber), { few, most }), unrewarded, counted: Math.min(all, mostGroups), groups: all };
    };
  }),

  /** How their lengths in tokens are. */
  lengths: question(z.tuple([runId, count]), (connection) => {
    const { groups, lengths } = statements(connection);
    return (run, step): LengthHistogram => {
      const all = groups.get({ run, step })!.n;
      const found = lengths.all({ run, step, most: mostGroups });
      return { bins: histogram(found.filter(isNumber), { few, most, whole: true }), counted: Math.min(all, mostGroups), groups: all };
    };
  }),
};
