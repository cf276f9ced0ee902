/** lm-evaluation-harness, lighteval and Inspect. */
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import type { Importer } from '../../../src/importers/importer.js';
import { inspectEval } from '../../../src/importers/formats/inspect/inspectEval.js';
import { lighteval } from '../../../src/importers/formats/lighteval/lighteval.js';
import { lmEval } from '../../../src/importers/formats/lmEval/lmEval.js';
import type { EventBody } from '../../../src/protocol/events.js';
import { decodeArray } from '../../../src/protocol/arrays.js';
import { expectGrowthTellsTheSame } from '../../builders/growing.js';
import { importFixtures, importOf, look, scratch, standing } from '../../builders/importing.js';
import { zipOf, type ZipEntry } from '../../builders/zip.js';

const harness = join(importFixtures, 'lm-eval');
const light = join(importFixtures, 'lighteval');
const log = join(importFixtures, 'inspect/2026-08-22T10-00-00_sums_fixture.eval');
const asJson = log.replace(/eval$/, 'json');
const sampleFile = (task: string): string => readdirSync(join(harness, 'tiny')).find((name) => name.startsWith(`samples_${task}`))!;

describe('what is told', () => {
  test('the two forms of an Inspect log tell the same', async () => {
    // They are of two runs of the same task: only what a clock says differs.
    const untimed = (events: readonly EventBody[]) =>
      standing(
        events.map((e) => (e.type === 'group' ? { ...e, solutions: e.solutions.map((solution) => ({ ...solution, seconds: 0 })) } : e)),
      );
    expect(untimed((await importOf(inspectEval, asJson)).events)).toEqual(untimed((await importOf(inspectEval, log)).events));
    // Both beside each other are one evaluation.
    expect(standing((await importOf(inspectEval, dirname(log))).events)).toEqual(standing((await importOf(inspectEval, log)).events));
  });

  test.each<[string, Importer, string]>([
    ['lm-eval', lmEval, harness],
    ['lighteval', lighteval, light],
    ['Inspect', inspectEval, log],
    ['Inspect in JSON', inspectEval, asJson],
  ])('%s is detected by content, and others are not', async (_, importer, root) => {
    expect((await importer.detect(folderSource(root)))?.confidence).toBeGreaterThanOrEqual(0.9);
    for (const other of [lmEval, lighteval, inspectEval]) if (other !== importer) expect(await other.detect(folderSource(root))).toBeNull();
  });

  test('a line for each filter doubles no answer', async () => {
    const { events } = await importOf(lmEval, harness);
    const sums = events.filter((event) => event.type === 'group' && event.info?.task === 'sums');
    expect(sums.map((event) => event.type === 'group' && event.solutions.length)).toEqual([2, 2, 2]);
    expect(sums[1]).toMatchObject({ info: { 'exact_match,strict-match': 0, 'exact_match,flexible-extract': 1 } });
  });

  test('of one answer with two filters the first counts and both are shown', async () => {
    const folder = scratch();
    const lines = readFileSync(join(harness, 'tiny', sampleFile('sums')), 'utf8')
      .trim()
      .split('\n');
    const single = lines.map((line) => {
      const row = JSON.parse(line) as { resps: string[][] };
      row.resps = [[row.resps[0][0]]];
      return JSON.stringify(row);
    });
    writeFileSync(join(folder, 'samples_sums_2026-11-24T02-08-34.1.jsonl'), `${single.join('\n')}\n`);
    const { events, run } = await importOf(lmEval, folder);
    expect(events).toHaveLength(3);
    expect(events[1]).toMatchObject({
      solutions: [
        {
          rewards: { 'exact_match,strict-match': 0, 'exact_match,flexible-extract': 1 },
          reward: 0,
          correct: false,
          grade: { verdict: 'different', answer: null, rule: 'exact_match', checker: 'lm-eval exact_match,strict-match' },
        },
      ],
    });
    expect(run.weights).toEqual({ 'exact_match,strict-match': 1, 'exact_match,flexible-extract': 0 });
  });

  test('of two evaluations of one task the newer is shown', async () => {
    const folder = scratch();
    cpSync(harness, folder, { recursive: true });
    const old = readFileSync(join(harness, 'tiny', sampleFile('sums')), 'utf8').replaceAll('1+2=', 'old');
    writeFileSync(join(folder, 'tiny/samples_sums_2020-01-01T00-00-00.000000.jsonl'), old);
    const { events, notes } = await importOf(lmEval, folder);
    expect(standing(events)).toEqual(standing((await importOf(lmEval, harness)).events));
    expect(notes.map(({ id }) => id)).toEqual(['older', 'several-runs']);
  });
});

describe('Inspect', () => {
  const entry = (name: string, value: unknown, method: ZipEntry['method'] = 93): ZipEntry => ({
    name,
    bytes: Buffer.from(JSON.stringify(value)),
    method,
  });
  const header = { version: 2, status: 'success', eval: { task: 't', dataset: { sample_ids: [2, 1] } } };
  const sample = (id: number, epoch: number, text: string, more: object = {}) => ({
    id,
    epoch,
    input: 'attachment://q',
    target: ['4', 'four'],
    messages: [
      { role: 'user', content: 'attachment://q' },
      { role: 'assistant', content: text },
    ],
    output: {
      choices: [{ message: { role: 'assistant', content: text }, stop_reason: 'max_tokens', ...more }],
      usage: { output_tokens: 2 },
    },
    scores: { judge: { value: 'P', answer: text } },
    attachments: { q: '2+2?' },
  });
  const write = (entries: ZipEntry[]): string => {
    const folder = scratch();
    writeFileSync(join(folder, 'a.eval'), zipOf(entries));
    return folder;
  };

  test('epochs are a group, in the order of the data set; attachments are put back; log-probabilities have their places', async () => {
    const logprobs = {
      content: [
        { token: 'fo', logprob: -0.5 },
        { token: 'ur', logprob: -0.25 },
      ],
    };
    const folder = write([
      entry('samples/1_epoch_1.json', sample(1, 1, 'one'), 8),
      entry('samples/2_epoch_2.json', sample(2, 2, 'four', { logprobs }), 0),
      entry('samples/2_epoch_1.json', sample(2, 1, 'five')),
      entry('header.json', header),
    ]);
    const { events } = await importOf(inspectEval, folder);
    expect(events.map((e) => (e.type === 'group' ? e.solutions.map(({ text }) => text) : e.type))).toEqual([
      ['five', 'four'],
      'trace',
      ['one'],
    ]);
    expect(events[0]).toMatchObject({
      question: '2+2?',
      gold: '4 | four',
      solutions: [{ reward: 0.5, correct: null, grade: null, finish: 'length', tokens: 2 }, {}],
    });
    const [, trace] = events;
    expect(trace.type === 'trace' && [trace.solution, [...decodeArray(trace.ends!)], [...decodeArray(trace.logp_sampler!)]]).toEqual([
      1,
      [2, 4],
      [-0.5, -0.25],
    ]);
  });

  test('a sample that an error ended stands beside those that were scored, unscored', async () => {
    const broken = {
      ...sample(1, 2, ''),
      messages: [],
      output: { choices: [] },
      scores: {},
      error: { message: 'the tool did not answer' },
    };
    const neither = { ...broken, id: 2, epoch: 1, error: null };
    const folder = write([
      entry('header.json', header),
      entry('samples/1_epoch_1.json', sample(1, 1, 'one')),
      entry('samples/1_epoch_2.json', broken),
      entry('samples/2_epoch_1.json', neither),
    ]);
    const { events, notes } = await importOf(inspectEval, folder);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      solutions: [
        { text: 'one', reward: 0.5 },
        { text: '', reward: 'NaN', correct: null, error: 'the tool did not answer' },
      ],
    });
    expect(notes.find(({ id }) => id === 'failed')?.message).toContain('1 samples have neither an answer nor an error');
  });

  test('an unfinished log is followed to its end', async () => {
    const folder = write([entry('_journal/start.json', header), entry('samples/1_epoch_1.json', sample(1, 1, 'one'))]);
    const session = inspectEval.open(folderSource(folder), {});
    const first = await look(session);
    expect(first.notes.map(({ id }) => id)).toEqual(['unfinished']);
    const whole = [
      entry('_journal/start.json', header),
      entry('samples/1_epoch_1.json', sample(1, 1, 'one')),
      entry('samples/2_epoch_1.json', sample(2, 1, 'five')),
      entry('header.json', header),
    ];
    writeFileSync(join(folder, 'a.eval'), zipOf(whole));
    const later = await look(session);
    expect(standing([...first.events, ...later.events])).toEqual(standing((await importOf(inspectEval, folder)).events));
  });

  const zeros = Buffer.alloc(8 * 1024 * 1024);
  test.each<[string, ZipEntry[], RegExp]>([
    [
      'a bomb that says so',
      [entry('header.json', header), { name: 'samples/1_epoch_1.json', bytes: zeros, method: 93 }],
      /a\.eval, entry samples\/1_epoch_1\.json: \d+ bytes say that they inflate to 8388608/,
    ],
    [
      'a bomb that hides it',
      [entry('header.json', header), { name: 'samples/1_epoch_1.json', bytes: zeros, method: 8, claimed: 1000 }],
      /a\.eval, entry samples\/1_epoch_1\.json: damaged/,
    ],
    ['no log', [entry('readme.json', {})], /a\.eval: neither header\.json nor/],
    [
      'a sample that is no object',
      [entry('header.json', header), entry('samples/1_epoch_1.json', [1])],
      /entry samples\/1_epoch_1\.json: not a JSON/,
    ],
    ['a sample without an id', [entry('header.json', header), entry('samples/1_epoch_1.json', {})], /epoch_1\.json: a sample without "id"/],
    [
      'a sample cut off',
      [entry('header.json', header), { name: 'samples/1_epoch_1.json', bytes: Buffer.from('{"id": 1, "inp'), method: 0 }],
      /epoch_1\.json: not JSON/,
    ],
  ])('%s is refused', async (_, entries, message) => await expect(importOf(inspectEval, write(entries))).rejects.toThrow(message));

  test.each<[string, (path: string) => void, RegExp]>([
    ['an archive cut off', (path) => truncateSync(path, 5000), /a\.eval: not a complete ZIP archive/],
    ['an empty file', (path) => truncateSync(path, 0), /a\.eval: not a complete ZIP archive/],
    ['text', (path) => writeFileSync(path, 'hello'.repeat(100)), /a\.eval: not a complete ZIP archive/],
  ])('%s is refused', async (_, change, message) => {
    const path = join(scratch(), 'a.eval');
    cpSync(log, path);
    change(path);
    await expect(importOf(inspectEval, dirname(path))).rejects.toThrow(message);
  });

  test.each<[string, string | Buffer, RegExp]>([
    ['a log in JSON that is cut off', readFileSync(asJson).subarray(0, 5000), /a\.json: not JSON/],
    ['JSON that is no log', '{"eval": 3}', /a\.json: it has no object "eval"/],
    ['another encoding', Buffer.from('{"eval": {}, "x": "\u00e4"}', 'latin1'), /a\.json: not JSON \(not UTF-8\)/],
    ['samples that are none', '{"eval": {}, "samples": [1]}', /a\.json, samples\[0\]: not an object/],
  ])('%s is refused', async (_, content, message) => {
    const path = join(scratch(), 'a.json');
    writeFileSync(path, content);
    await expect(importOf(inspectEval, dirname(path))).rejects.toThrow(message);
  });
});

describe('following in any pieces comes to the same as the whole', () => {
  const isResults = (name: string): boolean => name.includes('results_');
  test('lm-eval', async () => expectGrowthTellsTheSame(lmEval, harness, scratch(), { runs: 25 }));
  test('lighteval', async () => expectGrowthTellsTheSame(lighteval, light, scratch(), { last: isResults }));
  test('Inspect', async () => expectGrowthTellsTheSame(inspectEval, log, scratch()));
});

describe('bad input is refused with file and place', () => {
  const name = 'samples_sums_2026-11-24T02-08-34.1.jsonl';
  const good = readFileSync(join(harness, 'tiny', sampleFile('sums')), 'utf8').split('\n')[0];
  test.each<[string, string | Buffer, RegExp]>([
    ['no document', `${good}\n{"resps": []}\n`, /line 2: no whole number "doc_id"/],
    ['no answers', `${good}\n{"doc_id": 1, "resps": 3}\n`, /line 2: no list "resps"/],
    ['no answer', `${good}\n{"doc_id": 1, "resps": []}\n`, /line 2: a group without solutions/],
    ['cut off', `${good.slice(0, 100)}\n${good}\n`, /line 1: not JSON/],
    ['mixed encodings', Buffer.concat([Buffer.from(`${good}\n`), Buffer.from([0xff, 0xfe, 0x0a])]), /line 2: bytes that are not UTF-8/],
  ])('lm-eval: %s', async (_, content, message) => {
    const folder = scratch();
    writeFileSync(join(folder, name), content);
    await expect(importOf(lmEval, folder)).rejects.toThrow(message);
    await expect(importOf(lmEval, folder)).rejects.toThrow(name);
  });

  test('lm-eval: results cut off', async () => {
    const folder = scratch();
    cpSync(harness, folder, { recursive: true });
    const results = readdirSync(join(folder, 'tiny')).find((file) => file.startsWith('results'))!;
    truncateSync(join(folder, 'tiny', results), 300);
    await expect(importOf(lmEval, folder)).rejects.toThrow(/results_.*\.json: not JSON/);
  });

  const details = 'details/listed/2026-11-24T02-07-28.358654/details_sums_0_2026-11-24T02-07-28.358654.parquet';
  test.each<[string, (path: string) => void, RegExp]>([
    ['cut off', (path) => truncateSync(path, 5000), /details_sums_0_.*: not a complete Parquet/],
    ['empty', (path) => truncateSync(path, 0), /details_sums_0_.*: not a complete Parquet/],
    [
      'other columns',
      (path) => cpSync(join(importFixtures, 'trl/grpo/completions/completions_00001.parquet'), path),
      /details_sums_0_.*, column doc: there is no such column\. The file has step, prompt/,
    ],
  ])('lighteval: %s', async (_, change, message) => {
    const folder = scratch();
    cpSync(join(light, 'run'), folder, { recursive: true });
    change(join(folder, details));
    await expect(importOf(lighteval, folder)).rejects.toThrow(message);
  });

  test('lighteval: a bar in the name, as lighteval writes it where that is allowed', async () => {
    const folder = scratch();
    mkdirSync(join(folder, 'details'));
    cpSync(join(light, 'run'), folder, { recursive: true });
    if (process.platform !== 'win32') renameSync(join(folder, details), join(folder, details.replace('sums_0', 'sums|0')));
    expect(standing((await importOf(lighteval, folder)).events)).toEqual(standing((await importOf(lighteval, light)).events));
  });
});
