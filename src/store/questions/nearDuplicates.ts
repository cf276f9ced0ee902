import { z } from 'zod';
import { nearClusters, nearCount, type NearCluster } from '../../core/nearDuplicates/nearClusters.js';
import { signature, type Signature } from '../../core/nearDuplicates/minHash.js';
import { shingles } from '../../core/nearDuplicates/shingles.js';
import { cut } from '../../core/questionPreview.js';
import { hash64 } from '../../core/hash.js';
import { count } from '../../protocol/count.js';
import { maxGroupSize } from '../../protocol/events.js';
import { finite } from '../groupFacts.js';
import { question, runId } from '../question.js';
import { SolutionBodies } from '../solutionBodies.js';
import type { NearDuplicates, NearMember, NearRow, NearScope } from '../views.js';
import { writtenText } from '../writtenText.js';

/** Solutions that are compared with each other: where all are alike, but not near, it takes some seconds, and four times as many twice that number. */
const mostCompared = 10_000;
/** Members of a cluster that are listed, and characters of its text. */
const [mostMembers, previewLength] = [50, 400];
/** Solutions between two looks at the clock. */
const solutionsBetween = 64;

const scope: z.ZodType<NearScope> = z.union([
  z.strictObject({ step: count, group: count.optional() }),
  z.strictObject({ question: z.string().max(10_000) }),
]);

const ofRun = 'run = (SELECT key FROM runs WHERE id = @run AND gone = 0)';

interface Read extends NearMember {
  id: number;
  correct: number | null;
  advantage: number | null;
  /** Stands for its text: equal for equal ones. */
  text: string;
}

export const nearDuplicateQuestions = {
  /**
   * Clusters of near-duplicates among solutions, by what the model wrote of them; the first ones of so many that there is time to read, in the order of
   * steps. Null where there are none.
   */
  nearDuplicates: question(
    z.tuple([runId, scope, z.strictObject({ rows: z.number().int().min(1).max(200), budgetMs: z.number().min(1).max(600_000) })]),
    ({ db, progress }) => {
      const groups = (where: string) =>
        db.prepare<[object], { id: number; step: number; grp: number; size: number }>(
          `SELECT id, step, grp, size FROM groups WHERE ${ofRun} AND ${where} ORDER BY step, grp`,
        );
      const [ofStep, ofGroup, ofQuestion] = [
        groups('step = @step'),
        groups('step = @step AND grp = @group'),
        groups('question_id = @question'),
      ];
      const solutions = db.prepare<[number, number], { id: number; correct: number | null; advantage: number | null }>(
        'SELECT id, correct, advantage FROM solutions WHERE id >= ? AND id < ? ORDER BY id',
      );
      const bodies = new SolutionBodies(db);
      return (run, where, { rows, budgetMs }): NearDuplicates | null => {
        const end = performance.now() + budgetMs;
        const of = 'question' in where ? ofQuestion : where.group === undefined ? ofStep : ofGroup;
        const all = of.all({ run, ...where });
        const total = all.reduce((sum, { size }) => sum + size, 0);
        if (total === 0) return null;
        const read: Read[] = [];
        // Equal texts are signed once.
        const signatures: Signature[] = [];
        const signed = new Map<string, Signature>();
        reading: for (const { id, step, grp } of all) {
          const bodyOf = bodies.reading();
          for (const solution of solutions.all(id * maxGroupSize, (id + 1) * maxGroupSize)) {
            if (read.length % solutionsBetween === 0 && read.length > 0) {
              if (performance.now() > end) break reading;
              progress(read.length, total);
            }
            if (read.length === mostCompared) break reading;
            const written = writtenText(bodyOf(solution.id));
            const text = textKey(written);
            const known = signed.get(text) ?? signature(shingles(written));
            signed.set(text, known);
            signatures.push(known);
            read.push({ ...solution, step, group: grp, solution: solution.id % maxGroupSize, text });
          }
        }
        const clusters = nearClusters(signatures);
        return {
          ...{ solutions: total, compared: read.length, near: nearCount(clusters), clusters: clusters.length },
          rows: clusters.slice(0, rows).map((cluster) => rowOf(cluster, read, (id) => writtenText(bodies.reading()(id)))),
        };
      };
    },
  ),
};

/** 64 bits of a text, and its length: two different ones are not taken for one. */
export const textKey = (text: string): string => `${hash64(text).join()} ${text.length}`;

function rowOf({ members, loosest }: NearCluster, read: readonly Read[], textOf: (id: number) => string): NearRow {
  const all = members.map((m) => read[m]);
  const judged = all.filter(({ correct }) => correct !== null);
  const advantages = all.map(({ advantage }) => finite(advantage)).filter((a) => a !== null);
  return {
    ...{ size: all.length, loosest, equal: all.length - new Set(all.map(({ text }) => text)).size },
    ...{ judged: judged.length, right: judged.filter(({ correct }) => correct === 1).length },
    advantage: advantages.length === 0 ? null : advantages.reduce((a, b) => a + b, 0) / advantages.length,
    preview: cut(textOf(all[0].id), previewLength),
    members: all.slice(0, mostMembers).map(({ step, group, solution }) => ({ step, group, solution })),
  };
}
