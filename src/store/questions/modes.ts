import { z } from 'zod';
import type { ListPage } from '../../core/listPages.js';
import { signature, type Signature } from '../../core/nearDuplicates/minHash.js';
import { shingles } from '../../core/nearDuplicates/shingles.js';
import { countModes, groupModes, noModes, type ModeSums } from '../../core/modes.js';
import { count } from '../../protocol/count.js';
import { maxGroupSize } from '../../protocol/events.js';
import { listPage, pageArgument, question, runId } from '../question.js';
import { SolutionBodies } from '../solutionBodies.js';
import { writtenText } from '../writtenText.js';
import { textKey } from './nearDuplicates.js';

/** Steps of a page: each takes reading all of its texts. */
const usualSteps = 4;

const ofRun = '(SELECT key FROM runs WHERE id = @run AND gone = 0)';

export const modeQuestions = {
  /** Of every step with groups how many different things its solutions say: from their answers and whole texts; near-duplicates by what the model wrote of them. */
  stepModes: question(z.tuple([runId, pageArgument(count).optional()]), ({ db }) => {
    const steps = db
      .prepare<[{ run: string; after: number; limit: number }], number>(
        `SELECT step FROM steps WHERE run = ${ofRun} AND groups > 0 AND step > @after ORDER BY step LIMIT @limit`,
      )
      .pluck();
    const groups = db
      .prepare<[{ run: string; step: number }], number>(`SELECT id FROM groups WHERE run = ${ofRun} AND step = @step ORDER BY grp`)
      .pluck();
    const solutions = db.prepare<[number, number], { id: number; answer: string | null }>(
      'SELECT id, answer FROM solutions WHERE id >= ? AND id < ? ORDER BY id',
    );
    const bodies = new SolutionBodies(db);
    return (run, { after = -1, limit = usualSteps } = {}): ListPage<ModeSums, number> =>
      listPage(
        steps.all({ run, after, limit: limit + 1 }),
        limit,
        (step) => {
          const sums = noModes(step);
          const bodyOf = bodies.reading();
          for (const id of groups.all({ run, step })) {
            const all = solutions.all(id * maxGroupSize, (id + 1) * maxGroupSize);
            const signed = new Map<string, Signature>();
            const texts = all.map((s) => {
              const body = bodyOf(s.id);
              const key = textKey(body.text);
              // Equal texts are signed once.
              if (!signed.has(key)) signed.set(key, signature(shingles(writtenText(body))));
              return key;
            });
            countModes(
              sums,
              groupModes(
                all.map((s) => s.answer),
                texts,
                texts.map((key) => signed.get(key)!),
              ),
            );
          }
          return sums;
        },
        (step) => step,
      );
  }),
};
