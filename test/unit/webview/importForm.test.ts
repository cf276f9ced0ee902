import { expect, test } from 'vitest';
import type { ImportView, SourceView, TableView } from '../../../src/contracts/import.js';
import type { RunFacts } from '../../../src/core/runFacts.js';
import { choicesOf, emptyForm, replaceable, whyNot } from '../../../webview/import/importForm.js';
import { findingsOf } from '../../../webview/import/mapping.js';

const table: TableView = {
  file: 'rows.csv',
  fields: ['said', 'round', 'arm', 'points'],
  rows: [
    ['It makes 20.', '1', 'grpo', '1'],
    ['It makes 21.', '2', 'grpo', '0.5'],
    ['It makes 22.', '2', 'grpo', null],
    ['It makes 23.', '3', 'grpo', '0'],
    ['It makes 24.', '3', 'grpo', '0'],
  ],
};
const format = (id: string, more = {}) => ({ id, title: id, why: 'something', takesGroupSize: false, runs: [], unlisted: null, ...more });
const source = (more: Partial<SourceView> = {}): SourceView => ({
  ...{ nothing: null, chosen: 'trl', formats: [format('trl', { takesGroupSize: true }), format('generic')], table, guess: {}, earlier: [] },
  ...more,
});
const view = (more: Partial<ImportView> = {}): ImportView => ({
  ...{ name: 'run', path: '/data/run', trusted: true, folders: ['/work'], problem: null, source: source(), work: { state: 'none' } },
  ...more,
});

test('one detected format needs nothing more than the button', () => {
  const shown = view();
  const form = emptyForm(shown.path, shown.source);
  expect(whyNot(form, shown)).toBe(null);
  expect(choicesOf(form, shown)).toEqual({ path: '/data/run', format: 'trl', follow: false, replace: false });
});

test('where it is not certain what it is, a person says it first', () => {
  const shown = view({ source: source({ chosen: null }) });
  const form = emptyForm(shown.path, shown.source);
  expect(whyNot(form, shown)).toBe('Choose what format it is.');
  expect(choicesOf(form, shown)).toBeUndefined();
  expect(choicesOf({ ...form, format: 'trl' }, shown)).toMatchObject({ format: 'trl' });
});

test('a table of curves is refused before anything is imported', () => {
  const shown = view({ source: source({ chosen: 'generic' }) });
  const form = emptyForm(shown.path, shown.source);
  expect(whyNot(form, shown)).toContain('a table of curves alone cannot be imported yet');
  expect(choicesOf({ ...form, mapping: { solution: 'said', step: 'round' } }, shown)).toMatchObject({
    mapping: { solution: 'said', step: 'round' },
  });
  expect(whyNot({ ...form, mapping: { solution: 'points' } }, shown)).toContain('missing in 1 of the first 5 rows');
  expect(whyNot({ ...form, mapping: { solution: 'said', step: 'arm' } }, shown)).toBe('“grpo” is no step: steps are whole numbers from 0.');
});

test('what is doubtful is said and does not stop', () => {
  const doubts = (mapping: Parameters<typeof findingsOf>[1]): string[] =>
    findingsOf(table, mapping).map(({ role, stops }) => `${role} ${stops ? 'stops' : 'doubt'}`);
  expect(doubts({ solution: 'arm' })).toEqual(['solution doubt']);
  expect(doubts({ solution: 'round' })).toEqual(['solution doubt']);
  expect(doubts({ solution: 'said', reward: 'arm' })).toEqual(['reward doubt']);
  expect(doubts({ solution: 'said', question: 'said' })).toEqual(['question doubt']);
  expect(doubts({ solution: 'said', question: 'arm', group: 'arm', reward: 'points', step: 'round' })).toEqual([]);
});

test('a group size is a number, and is told to formats that take one', () => {
  const shown = view();
  const form = { ...emptyForm(shown.path, shown.source), groupSize: 'eight' };
  expect(whyNot(form, shown)).toBe('The group size is no number.');
  expect(choicesOf({ ...form, groupSize: ' 8 ' }, shown)).toMatchObject({ groupSize: 8 });
});

const run = (id: string): RunFacts => ({
  ...{ id, name: id, files: 1, bytes: 1, started: null, written: 0, seed: null, steps: null, totalSteps: null, solutions: 0 },
  ...{ value: null, settings: {}, whole: true, problem: null },
});

test('of several runs those that are chosen are imported, and only what was imported of them before is replaced', () => {
  const earlier = [
    { id: 'r', name: 'a 1', run: 'a' },
    { id: 's', name: 'whole 1', run: null },
  ];
  const shown = view({ source: source({ formats: [format('trl', { runs: ['a', 'b', 'c'].map(run) })], earlier }) });
  const form = emptyForm(shown.path, shown.source);
  expect(whyNot(form, shown)).toBe('Choose which runs.');
  expect(choicesOf(form, shown)).toBeUndefined();
  expect(choicesOf({ ...form, runs: ['c', 'a', 'of another source'] }, shown)).toMatchObject({ runs: ['a', 'c'], replace: true });
  expect(choicesOf({ ...form, runs: ['b'] }, shown)).toMatchObject({ runs: ['b'], replace: false });
  const together = choicesOf({ ...form, asOne: true }, shown);
  expect(together).toMatchObject({ replace: true });
  expect(together).not.toHaveProperty('runs');
  expect(replaceable({ ...form, asOne: true }, shown.source!).map(({ id }) => id)).toEqual(['s']);
});

test.each([
  ['an untrusted workspace', { trusted: false }],
  ['no folder', { folders: [] }],
  ['an import under way', { work: { state: 'working', share: 0.5 } as const }],
  ['nothing in it', { source: source({ nothing: 'The folder is empty.' }) }],
])('nothing is imported: %s', (_, more: Partial<ImportView>) => {
  const shown = view(more);
  expect(choicesOf(emptyForm('/data/run', source()), shown)).toBeUndefined();
});
