import { z } from 'zod';
import { naturally } from '../../core/naturalOrder.js';
import { cut } from '../../core/questionPreview.js';
import { orderedPairs } from '../../core/orderedPairs.js';
import { reliability } from '../../core/platt.js';
import { count } from '../../protocol/count.js';
import { maxGroupSize } from '../../protocol/events.js';
import { bytesOf, pageBytes, question, rowLimit, runId, type Connection } from '../question.js';
import type { Opinion, OpinionList, OpinionQuestion, Opinions } from '../views.js';
import { groupStatements, noPreview } from './groups.js';

const reliabilityBins = 10;
const solutionPreview = 400;
/** Solutions read between two reports of progress. */
const progressEvery = 20_000;
/** Solutions that are looked at to find the terms whose values look like probabilities. */
const sampleSize = 256;
/** The name of our own reward models' term. */
const ownTerm = 'reward_model';

/** What the model thinks of some steps' solutions, as columns: the id of each, its probability, and whether it is right. */
interface OpinionColumns {
  key: string;
  ids: number[];
  probabilities: number[];
  labels: boolean[];
}

const which = z.strictObject({
  term: z.string().max(200).optional(),
  upTo: count.optional(),
  steps: count.min(1).optional(),
  within: z.strictObject({ low: z.number(), high: z.number() }).optional(),
  limit: rowLimit,
});

export const opinionQuestions = {
  /** What a reward model said beside the rule; null when no solution has both. */
  opinions: question(z.tuple([runId, which]), opinionsBesideVerdicts),
};

/** A reward model's opinions beside the rule's verdicts. */
function opinionsBesideVerdicts(connection: Connection): (run: string, question: OpinionQuestion) => Opinions | null {
  const { db, progress } = connection;
  const { questionPreviews, bodies } = groupStatements(connection);
  const one = db.prepare<[string], { key: number; version: number }>('SELECT key, version FROM runs WHERE gone = 0 AND id = ?');
  const inGroup = `s.id >= g.id * ${maxGroupSize} AND s.id < (g.id + 1) * ${maxGroupSize}`;
  const samples = db.prepare<[{ run: number; upTo: number }], { rewards: string }>(
    `SELECT s.rewards FROM (SELECT id FROM groups WHERE run = @run AND step <= @upTo ORDER BY step DESC, grp LIMIT 16) g
     JOIN solutions s ON ${inGroup} WHERE s.correct IS NOT NULL LIMIT ${sampleSize}`,
  );
  const stepsBefore = db.prepare<[{ run: number; upTo: number; limit: number }], { step: number }>(
    'SELECT DISTINCT step FROM groups WHERE run = @run AND step <= @upTo ORDER BY step DESC LIMIT @limit',
  );
  const ends = db.prepare<[number], { first: number | null; last: number | null }>(
    'SELECT min(step) AS first, max(step) AS last FROM groups WHERE run = ?',
  );
  const values = db.prepare<[{ run: number; from: number; upTo: number; path: string }], [id: number, correct: number, value: unknown]>(
    `SELECT s.id, s.correct, s.rewards ->> @path AS value FROM groups g JOIN solutions s ON ${inGroup}
     WHERE g.run = @run AND g.step BETWEEN @from AND @upTo AND s.correct IS NOT NULL`,
  );
  values.raw();
  const solutions = db.prepare<[{ run: number; from: number; upTo: number }], { n: number }>(
    'SELECT coalesce(sum(size), 0) AS n FROM groups WHERE run = @run AND step BETWEEN @from AND @upTo',
  );
  const example = db.prepare<[number], { step: number; grp: number; question: string; gold: string | null; answer: string | null }>(
    `SELECT g.step, g.grp, g.question, g.gold, s.answer FROM solutions s JOIN groups g ON g.id = s.id / ${maxGroupSize} WHERE s.id = ?`,
  );
  /** The last that was asked: turning its pages reads nothing again. */
  let cache: OpinionColumns | undefined;

  /** Terms whose values look like probabilities, our own first. */
  function termsOf(run: number, upTo: number): string[] {
    const between = new Set<string>();
    const outside = new Set<string>();
    for (const { rewards } of samples.all({ run, upTo }))
      for (const [term, value] of Object.entries(JSON.parse(rewards) as Record<string, unknown>))
        if (value === 'NaN') continue;
        else if (typeof value !== 'number' || value < 0 || value > 1) outside.add(term);
        else if (term === ownTerm || (value > 0 && value < 1)) between.add(term);
    const fitting = [...between].filter((term) => !outside.has(term) && !/["\\]/.test(term));
    return fitting.sort((a, b) => Number(b === ownTerm) - Number(a === ownTerm) || naturally(a, b));
  }

  function read(key: string, which: { run: number; from: number; upTo: number }, term: string): OpinionColumns {
    if (cache?.key === key) return cache;
    const columns: OpinionColumns = { key, ids: [], probabilities: [], labels: [] };
    const total = solutions.get(which)!.n;
    let seen = 0;
    for (const [id, correct, value] of values.iterate({ ...which, path: `$."${term}"` })) {
      if (seen % progressEvery === 0) progress(seen, total);
      seen++;
      if (typeof value !== 'number' || value < 0 || value > 1) continue;
      columns.ids.push(id);
      columns.probabilities.push(value);
      columns.labels.push(correct === 1);
    }
    return (cache = columns);
  }

  function examples(run: string, key: number, columns: OpinionColumns, right: boolean, { within, limit }: OpinionQuestion): OpinionList {
    const { ids, probabilities, labels } = columns;
    const isWithin = (p: number): boolean => !within || (p >= within.low && (p < within.high || (p === 1 && within.high >= 1)));
    const all = ids.flatMap((_, i) => (labels[i] === right && isWithin(probabilities[i]) ? [i] : []));
    all.sort((a, b) => (right ? 1 : -1) * (probabilities[a] - probabilities[b]) || ids[a] - ids[b]);
    const listed: Opinion[] = [];
    const read: { step: number; grp: number; question: string }[] = [];
    let covered = 0;
    let bytes = 0;
    const bodyOf = bodies.reading();
    let last: { group: number; probability: number; text: string } | undefined;
    for (const i of all) {
      const group = Math.floor(ids[i] / maxGroupSize);
      const { step, grp, question, gold, answer } = example.get(ids[i])!;
      const { text } = bodyOf(ids[i]);
      // The model says the same of the same text: of one group such solutions stand beside each other.
      if (last?.group === group && last.probability === probabilities[i] && last.text === text) listed[listed.length - 1].alike++;
      else if (listed.length === limit || bytes >= 2 * pageBytes) break;
      else {
        const address = { run, step, group: grp, solution: ids[i] % maxGroupSize };
        const texts = { questionPreview: noPreview, gold, answer, preview: cut(text, solutionPreview) };
        read.push({ step, grp, question });
        listed.push({ address, probability: probabilities[i], ...texts, alike: 1 });
        bytes += bytesOf(texts);
        last = { group, probability: probabilities[i], text };
      }
      covered++;
    }
    const previews = questionPreviews.ofMany(key, read);
    return { total: all.length, listed: listed.map((o, i) => ({ ...o, questionPreview: previews[i] })), left: all.length - covered };
  }

  return (run, question) => {
    const found = one.get(run);
    if (found === undefined) return null;
    const { first, last } = ends.get(found.key)!;
    if (first === null || last === null) return null;
    const upTo = Math.min(question.upTo ?? last, last);
    const stepsLookedAt = stepsBefore.all({ run: found.key, upTo, limit: question.steps ?? -1 });
    const terms = termsOf(found.key, upTo);
    const term = question.term !== undefined && terms.includes(question.term) ? question.term : terms.at(0);
    if (term === undefined || stepsLookedAt.length === 0) return null;
    const from = stepsLookedAt[stepsLookedAt.length - 1].step;
    const columns = read(JSON.stringify([run, found.version, from, upTo, term]), { run: found.key, from, upTo }, term);
    const { probabilities, labels } = columns;
    const liked = labels.map((right, i) => ({ right, liked: probabilities[i] >= 0.5 }));
    const count = (right: boolean, like: boolean): number => liked.filter((l) => l.right === right && l.liked === like).length;
    const [wrongLiked, rightDisliked] = [count(false, true), count(true, false)];
    return {
      term,
      otherTerms: terms.filter((t) => t !== term),
      from,
      upTo,
      steps: stepsLookedAt.length,
      firstStep: first,
      lastStep: last,
      n: labels.length,
      right: labels.filter((right) => right).length,
      agreeing: labels.length - wrongLiked - rightDisliked,
      wrongLiked,
      rightDisliked,
      ...pairsOf(columns),
      reliability: reliability(probabilities, labels, reliabilityBins),
      examples: { wrong: examples(run, found.key, columns, false, question), right: examples(run, found.key, columns, true, question) },
    };
  };
}

/** Pairs are made within a group: only there do both answer the same question. */
function pairsOf({ ids, probabilities, labels }: OpinionColumns): Pick<Opinions, 'pairs' | 'pairsInOrder'> {
  const groups = new Map<number, number[]>();
  ids.forEach((id, i) => {
    const group = Math.floor(id / maxGroupSize);
    const members = groups.get(group);
    if (members) members.push(i);
    else groups.set(group, [i]);
  });
  let [pairs, pairsInOrder] = [0, 0];
  for (const members of groups.values()) {
    const found = orderedPairs(
      members.map((i) => probabilities[i]),
      members.map((i) => labels[i]),
    );
    pairs += found.pairs;
    pairsInOrder += found.inOrder;
  }
  return { pairs, pairsInOrder };
}
