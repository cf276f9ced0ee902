import { z } from 'zod';
import { count } from '../../protocol/count.js';
import { finite } from '../groupFacts.js';
import { question, rowLimit, runId } from '../question.js';
import type { StepSummary } from '../views.js';

interface StepRow {
  step: number;
  groups: number;
  mixed: number;
  all_right: number;
  all_wrong: number;
  solutions: number | null;
  reward_mean: number | null;
  reward_square: number | null;
  kl: number | null;
  told_mean: number | null;
  told_std: number | null;
  told_kl: number | null;
}

/** What the trainer said of a step comes first; without that, what its groups add up to. */
function summary(row: StepRow): StepSummary {
  const mean = row.reward_mean;
  const std = mean === null || row.reward_square === null ? null : Math.sqrt(Math.max(0, row.reward_square - mean ** 2));
  return {
    step: row.step,
    rewardMean: finite(row.told_mean ?? mean),
    rewardStd: finite(row.told_std ?? std),
    kl: finite(row.told_kl ?? row.kl),
    groups: row.groups,
    mixed: row.mixed,
    allRight: row.all_right,
    allWrong: row.all_wrong,
    solutions: row.solutions ?? 0,
  };
}

/** What SQLite takes for no limit. */
const none = -1;

/** Summed up: of the steps of a run that are called for, newest first. */
const summed = (which: string): string => {
  // Means over all solutions of the step, from the means of its groups: E[r] and E[r²] = std² + mean².
  return `
    WITH page AS (SELECT step FROM steps WHERE run = (SELECT key FROM runs WHERE id = @run AND gone = 0) AND ${which}),
    told(name, id) AS (SELECT name, id FROM metric_names WHERE run = (SELECT key FROM runs WHERE id = @run))
    SELECT page.step, count(g.id) AS groups,
      coalesce(sum(g.correct > 0 AND g.correct < g.size), 0) AS mixed,
      coalesce(sum(g.correct = g.size), 0) AS all_right,
      coalesce(sum(g.correct = 0), 0) AS all_wrong,
      sum(g.size) AS solutions,
      sum(g.reward_mean * g.size) / sum(iif(g.reward_mean IS NULL, 0, g.size)) AS reward_mean,
      sum((g.reward_std * g.reward_std + g.reward_mean * g.reward_mean) * g.size) / sum(iif(g.reward_mean IS NULL, 0, g.size)) AS reward_square,
      avg(g.kl_mean) AS kl,
      (SELECT value FROM metrics WHERE metric = (SELECT id FROM told WHERE name = 'reward/mean') AND step = page.step) AS told_mean,
      (SELECT value FROM metrics WHERE metric = (SELECT id FROM told WHERE name = 'reward/std') AND step = page.step) AS told_std,
      (SELECT value FROM metrics WHERE metric = (SELECT id FROM told WHERE name = 'kl') AND step = page.step) AS told_kl
    FROM page LEFT JOIN groups g ON g.run = (SELECT key FROM runs WHERE id = @run) AND g.step = page.step
    GROUP BY page.step ORDER BY page.step DESC`;
};

export const stepQuestions = {
  /** Newest first. */
  steps: question(z.tuple([runId, z.strictObject({ before: count.optional(), limit: rowLimit })]), ({ db }) => {
    const page = db.prepare<[{ run: string; before: number; limit: number }], StepRow>(
      summed('step < @before ORDER BY step DESC LIMIT @limit'),
    );
    return (run, { before, limit }): StepSummary[] => page.all({ run, before: before ?? Number.MAX_SAFE_INTEGER, limit }).map(summary);
  }),

  step: question(z.tuple([runId, count]), ({ db }) => {
    const one = db.prepare<[{ run: string; step: number }], StepRow>(summed('step = @step'));
    return (run, step): StepSummary | null => {
      const row = one.get({ run, step });
      return row === undefined ? null : summary(row);
    };
  }),

  /** Steps that have groups, newest first; all when there is no limit. */
  groupSteps: question(z.tuple([runId, z.strictObject({ limit: rowLimit.optional() })]), ({ db }) => {
    // From each step down to the next: the primary key leads there, however many groups lie between.
    const grouped = db.prepare<[{ run: string; limit: number }], { step: number }>(`
    WITH RECURSIVE of(run) AS (SELECT key FROM runs WHERE id = @run AND gone = 0),
    found(step) AS (
      SELECT max(step) FROM groups WHERE run = (SELECT run FROM of)
      UNION ALL
      SELECT (SELECT max(step) FROM groups WHERE run = (SELECT run FROM of) AND step < found.step) FROM found WHERE step IS NOT NULL
    )
    SELECT step FROM found WHERE step IS NOT NULL LIMIT @limit`);

    return (run, { limit = none }): number[] => grouped.all({ run, limit }).map((row) => row.step);
  }),
};
