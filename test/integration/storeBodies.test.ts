import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrations } from '../../src/store/migrations.js';
import { addBodyBlock, bodyBlocks, type SolutionBody } from '../../src/store/bodyBlocks.js';
import { SolutionBodies } from '../../src/store/solutionBodies.js';
import type { Sqlite } from '../../src/store/sqlite.js';

let db: Sqlite;
beforeEach(() => {
  db = new Database(':memory:');
  addBodyBlock(db);
});
afterEach(() => db.close());

const grade = fc.record({
  verdict: fc.constantFrom('equal' as const, 'different' as const, 'undecided' as const),
  answer: fc.option(fc.string()),
  span: fc.constant(null),
  extraction: fc.constant(null),
  rule: fc.string(),
  checker: fc.string(),
  ms: fc.constant(1),
});
const turn = fc.record({
  role: fc.constant('tool' as const),
  kind: fc.constant('tool_result' as const),
  start: fc.nat(),
  end: fc.nat(),
  ok: fc.boolean(),
});
// Halves of surrogate pairs among them: a text that was cut has one.
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud83d', '\u0000', '', 'x'.repeat(100_000)));
const body: fc.Arbitrary<SolutionBody> = fc.record({ text, grade: fc.option(grade), turns: fc.option(fc.array(turn), { nil: undefined }) });

test('what is packed is read again, whichever solution is asked for first', () => {
  for (const sql of migrations) db.exec(sql);
  const insert = db.prepare('INSERT INTO solution_bodies (first, block) VALUES (?, ?)');
  const bodies = new SolutionBodies(db);
  fc.assert(
    fc.property(fc.array(body, { minLength: 1, maxLength: 12 }), fc.nat({ max: 100 }), fc.infiniteStream(fc.nat()), (all, group, order) => {
      db.exec('DELETE FROM solution_bodies');
      const first = group * 65_536;
      for (const { first: id, block } of bodyBlocks(first, all)) insert.run(id, block);
      const read = bodies.reading();
      for (const i of [...order.take(8)].map((n) => n % all.length)) expect(read(first + i)).toEqual(all[i]);
      expect(() => read(first - 1)).toThrow('lacks the text');
      expect(() => read(first + all.length)).toThrow('lacks the text');
    }),
  );
});

test('a block is bounded: a long text stands alone, short ones together', () => {
  const bodies = (length: number, n: number): SolutionBody[] =>
    Array.from({ length: n }, () => ({ text: 'x'.repeat(length), grade: null, turns: undefined }));
  const firsts = (all: SolutionBody[]): number[] => [...bodyBlocks(0, all)].map(({ first }) => first);
  expect(firsts(bodies(50, 1000))).toEqual([0]);
  expect(firsts(bodies(300_000, 3))).toEqual([0, 1, 2]);
  expect(firsts(bodies(100_000, 6))).toEqual([0, 3]);
});

test('a database of before is packed as it is, whatever it holds', () => {
  const packing = migrations.findIndex((sql) => sql.includes('CREATE TABLE solution_bodies'));
  for (const sql of migrations.slice(0, packing)) db.exec(sql);
  const insert = db.prepare(
    `INSERT INTO solutions (id, reward, advantage, correct, answer, finish, tokens, kl, rewards, text, grade, turns, tool_failures, error)
     VALUES (?, 0.5, -1, 1, '4', 'stop', 3, NULL, '{"right":1}', ?, ?, ?, 2, 'late')`,
  );
  const graded = { verdict: 'equal', answer: '4', span: null, extraction: null, rule: 'r', normal: null, checker: 'c', ms: 1 };
  const turns = [{ role: 'assistant', kind: 'text', start: 0, end: 4 }];
  const ids = [...Array.from({ length: 40 }, (_, i) => 3 * 65_536 + i), 4 * 65_536];
  for (const id of ids.toReversed())
    insert.run(id, `text ${id}`, id % 2 ? JSON.stringify(graded) : null, id % 3 ? JSON.stringify(turns) : null);
  for (const sql of migrations.slice(packing)) db.exec(sql);
  const read = new SolutionBodies(db).reading();
  for (const id of ids) expect(read(id)).toEqual({ text: `text ${id}`, grade: id % 2 ? graded : null, turns: id % 3 ? turns : undefined });
  expect(db.prepare('SELECT count(*) AS n, sum(tool_failures) AS f, count(error) AS e, count(verdict) AS v FROM solutions').get()).toEqual({
    n: 41,
    f: 82,
    e: 41,
    v: 20,
  });
});
