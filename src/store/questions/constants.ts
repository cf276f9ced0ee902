import { z } from 'zod';
import { count } from '../../protocol/count.js';
import { question, runId } from '../question.js';
import type { Constant } from '../views.js';

export const constantQuestions = {
  /** Metrics with the same value at each of at least so many steps. */
  constants: question(z.tuple([runId, count]), ({ db }) => {
    // Looks no further than the first value that differs: of metrics that move, a few rows.
    const constants = db.prepare<[string, number], Constant>(
      `SELECT metric, value, n FROM (
       SELECT m.id, m.name AS metric, (SELECT value FROM metrics WHERE metric = m.id ORDER BY step LIMIT 1) AS value,
         (SELECT count(*) FROM metrics WHERE metric = m.id) AS n
       FROM runs r JOIN metric_names m ON m.run = r.key WHERE r.id = ? AND r.gone = 0
     ) AS named
     WHERE value IS NOT NULL AND NOT EXISTS (SELECT 1 FROM metrics p WHERE p.metric = named.id AND p.value IS NOT named.value)
       AND n >= ?`,
    );
    return (run, atLeast): Constant[] => constants.all(run, atLeast).filter((c) => Number.isFinite(c.value));
  }),
};
