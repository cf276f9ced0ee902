import { z } from 'zod';
import type { FailingGroups } from '../../core/failures.js';
import { count } from '../../protocol/count.js';
import { finite } from '../groupFacts.js';
import type { ListPage } from '../../core/listPages.js';
import { listPage, question, rowLimit, runId, usualRows } from '../question.js';
import type { StepSummary } from '../views.js';

interface StepRow {
  step: number;
  groups: number;
  mixed: number;
  all_right: number;
  all_wrong: number;
  solutions: number;
  errors: number;
  errors_known: number;
  tool_failures: number;
  tool_failures_known: number;
  truncated: number;
  truncated_known: number;
  wrong_paid: number;
  wrong_paid_known: number;
  reward_mean: number | null;
  reward_square: number | null;
  kl: number | null;
  trainer_mean: number | null;
  trainer_std: number | null;
  trainer_kl: number | null;
}

/** What the trainer said of a step comes first; without that, what its groups add up to. */
function summary(row: StepRow): StepSummary {
  const mean = row.reward_mean;
  const failing = (groups: number, known: number): FailingGroups => ({ groups, unknown: Math.max(0, row.groups - known) });
  const std = mean === null || row.reward_square === null ? null : Math.sqrt(Math.max(0, row.reward_square - mean ** 2));
  return {
    step: row.step,
    rewardMean: finite(row.trainer_mean ?? mean),
    rewardStd: finite(row.trainer_std ?? std),
    countedMean: finite(mean),
    kl: finite(row.trainer_kl ?? row.kl),
    groups: row.groups,
    mixed: row.mixed,
    allRight: row.all_right,
    allWrong: row.all_wrong,
    solutions: row.solutions,
    failures: {
      errors: failing(row.errors, row.errors_known),
      'tool-failures': failing(row.tool_failures, row.tool_failures_known),
      truncated: failing(row.truncated, row.truncated_known),
      'wrong-paid': failing(row.wrong_paid, row.wrong_paid_known),
    },
  };
}

const newestPage = z.strictObject({ before: count.optional(), limit: rowLimit.optional() });

/** Of the steps of a run that are called for, newest first. Means over all solutions from sums over groups: E[r] and E[r²]. */
const summed = (which: string): string => {
  const lastValue = (name: string): string =>
    `(SELECT value FROM metrics WHERE step = s.step AND metric = (SELECT id FROM metric_names WHERE run = s.run AND name = '${name}'))`;
  return `
    SELECT step, groups, mixed, all_right, all_wrong, solutions, errors, errors_known, tool_failures, tool_failures_known, truncated,
      truncated_known, wrong_paid, wrong_paid_known, reward_sum / nullif(rewarded, 0) AS reward_mean,
      reward_squares / nullif(rewarded, 0) AS reward_square, kl_sum / nullif(kl_groups, 0) AS kl,
      ${lastValue('reward/mean')} AS trainer_mean, ${lastValue('reward/std')} AS trainer_std, ${lastValue('kl')} AS trainer_kl
    FROM steps s WHERE run = (SELECT key FROM runs WHERE id = @run AND gone = 0) AND ${which}`;
};

export const stepQuestions = {
  /** Newest first. */
  steps: question(z.tuple([runId, newestPage.optional()]), ({ db }) => {
    const page = db.prepare<[{ run: string; before: number; limit: number }], StepRow>(
      summed('step < @before ORDER BY step DESC LIMIT @limit'),
    );
    return (run, { before = Number.MAX_SAFE_INTEGER, limit = usualRows } = {}): ListPage<StepSummary, number> =>
      listPage(page.iterate({ run, before, limit: limit + 1 }), limit, summary, (s) => s.step);
  }),

  step: question(z.tuple([runId, count]), ({ db }) => {
    const one = db.prepare<[{ run: string; step: number }], StepRow>(summed('step = @step'));
    return (run, step): StepSummary | null => {
      const row = one.get({ run, step });
      return row === undefined ? null : summary(row);
    };
  }),

  /** Steps that have groups, newest first. */
  groupSteps: question(z.tuple([runId, newestPage.optional()]), ({ db }) => {
    const grouped = db.prepare<[{ run: string; before: number; limit: number }], { step: number }>(
      `SELECT step FROM steps WHERE run = (SELECT key FROM runs WHERE id = @run AND gone = 0) AND groups > 0 AND step < @before
       ORDER BY step DESC LIMIT @limit`,
    );
    return (run, { before = Number.MAX_SAFE_INTEGER, limit = usualRows } = {}): ListPage<number, number> =>
      listPage(
        grouped.iterate({ run, before, limit: limit + 1 }),
        limit,
        (s) => s.step,
        (s) => s.step,
      );
  }),
};
