import { z } from 'zod';
import { count } from '../../protocol/count.js';
import type { ListPage } from '../../core/listPages.js';
import { listPage, pageArgument, question, runId, usualRows } from '../question.js';
import type { Constant } from '../views.js';

export const constantQuestions = {
  /** Metrics with the same value at each of at least so many steps, by name. */
  constants: question(z.tuple([runId, count, pageArgument(z.string()).optional()]), ({ db }) => {
    // Looks no further than the first value that differs: of metrics that move, a few rows.
    const constants = db.prepare<[{ run: string; atLeast: number; after: string; limit: number }], Constant>(
      `SELECT metric, value, n FROM (
       SELECT m.id, m.name AS metric, (SELECT value FROM metrics WHERE metric = m.id ORDER BY step LIMIT 1) AS value,
         (SELECT count(*) FROM metrics WHERE metric = m.id) AS n
       FROM runs r JOIN metric_names m ON m.run = r.key WHERE r.id = @run AND r.gone = 0 AND m.name > @after ORDER BY m.name
     ) AS named
     WHERE value IS NOT NULL AND NOT EXISTS (SELECT 1 FROM metrics p WHERE p.metric = named.id AND p.value IS NOT named.value)
       AND abs(value) <= 1.8e308 AND n >= @atLeast LIMIT @limit`,
    );
    return (run, atLeast, { after = '', limit = usualRows } = {}): ListPage<Constant, string> =>
      listPage(
        constants.iterate({ run, atLeast, after, limit: limit + 1 }),
        limit,
        (c) => c,
        (c) => c.metric,
      );
  }),
};
