import { decimate } from '../decimate.js';
import { finite } from '../groupFacts.js';
import type { Sqlite } from '../sqlite.js';
import type { Series } from '../views.js';

interface Point {
  step: number;
  time: number | null;
  value: number | null;
}

export function seriesQueries(db: Sqlite) {
  const metricId = db.prepare<[string, string], { id: number; created: string }>(
    `SELECT m.id, r.identity ->> '$.created' AS created FROM runs r JOIN metric_names m ON m.run = r.key
     WHERE r.id = ? AND r.gone = 0 AND m.name = ?`,
  );
  const points = db.prepare<[number], Point>('SELECT step, time, value FROM metrics WHERE metric = ? ORDER BY step');

  /** Tokens trained on up to each step; steps ascend. */
  function tokensAt(tokens: readonly Point[], steps: readonly number[]): (number | null)[] {
    let i = -1;
    return steps.map((step) => {
      while (i + 1 < tokens.length && tokens[i + 1].step <= step) i++;
      return finite(tokens[i]?.value ?? null);
    });
  }

  return {
    /** @returns one series for each run and metric that has points, in the order asked */
    series(runs: string[], metrics: string[], maxPoints: number): Series[] {
      return runs.flatMap((run) => {
        const counter = metricId.get(run, 'tokens/total');
        const tokens = counter === undefined ? [] : points.all(counter.id);
        return metrics.flatMap((metric) => {
          const found = metricId.get(run, metric);
          const all = found === undefined ? [] : points.all(found.id);
          if (found === undefined || all.length === 0) return [];
          const values = all.map((p) => finite(p.value));
          const kept = decimate(values, maxPoints).map((i) => all[i]);
          const step = kept.map((p) => p.step);
          const start = Date.parse(found.created);
          return {
            run,
            metric,
            step,
            tokens: tokensAt(tokens, step),
            seconds: kept.map((p) => ((p.time ?? start) - start) / 1000),
            value: kept.map((p) => finite(p.value)),
            decimated: kept.length < all.length,
          };
        });
      });
    },
  };
}
