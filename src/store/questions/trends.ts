import { z } from 'zod';
import { largest, smallest } from '../../core/extremes.js';
import { mean } from '../../core/stats.js';
import { question, rowLimit, runId } from '../question.js';
import { bucketMeans } from '../thinning.js';
import type { Trend } from '../views.js';

export const trendQuestions = {
  /** One for each metric that has a finite value, in the order asked; the last argument is how many means each may have. */
  trends: question(z.tuple([runId, z.array(z.string()).max(1000), rowLimit.max(200)]), ({ db }) => {
    const points = db.prepare<[string, string], Point>(
      `SELECT step, value FROM metrics WHERE metric =
         (SELECT m.id FROM runs r JOIN metric_names m ON m.run = r.key WHERE r.id = ? AND r.gone = 0 AND m.name = ?)
       ORDER BY step`,
    );

    return (run, metrics, room): Trend[] =>
      metrics.flatMap((metric) => {
        const all = points.all(run, metric);
        const values = all.map(({ value }) => value).filter(isFiniteNumber);
        return values.length === 0 ? [] : [trendOf(metric, values, brokenSince(all), room)];
      });
  }),
};

/** NaN is stored as null. */
interface Point {
  step: number;
  value: number | null;
}

const isFiniteNumber = (value: number | null): value is number => Number.isFinite(value);

const brokenSince = (points: readonly Point[]): number | null =>
  points.at(points.findLastIndex(({ value }) => isFiniteNumber(value)) + 1)?.step ?? null;

function trendOf(metric: string, values: readonly number[], broken: number | null, room: number): Trend {
  const tenth = Math.ceil(values.length / 10);
  return {
    metric,
    count: values.length,
    first: values[0],
    last: values.at(-1)!,
    low: smallest(values),
    high: largest(values),
    begin: mean(values.slice(0, tenth)),
    end: mean(values.slice(-tenth)),
    brokenSince: broken,
    means: bucketMeans(values, room),
  };
}
