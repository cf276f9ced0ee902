import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dataFrom } from '../../../src/experiment/data.js';
import { paperMixture } from '../../../src/core/mixture.js';
import { mixtureOf, type MixtureData } from '../../../src/experiment/mixtureSchema.js';
import { chainOf } from '../../../src/experiment/lineage.js';
import { findExperiments } from '../../../src/experiment/find.js';
import { parseExperiment } from '../../../src/experiment/parse.js';

const file = (data: string, method = 'pretrain', more = ''): string =>
  `name: p\npolicy: { preset: tiny-2l }\nmethod: { name: ${method} }\ndata: ${data}\nsteps: 10\n${more}`;
const messages = (text: string): string[] => parseExperiment(text).problems.map((p) => `${p.severity} ${p.path.join('.')}: ${p.message}`);
const dataOf = (text: string): MixtureData => parseExperiment(text).experiment!.data as MixtureData;

test("the preset has the paper's shares, each on the source that stands for the paper's", () => {
  const sources = mixtureOf(dataOf(file('{ preset: deepseekmath }')));
  expect(sources.map((s) => s.share)).toEqual(paperMixture.map((s) => s.share));
  expect(sources.map((s) => s.name)).toEqual(['math-web', 'algebra', 'arxiv', 'code', 'prose']);
});

test('files are called by the last part of their path, or as they are named', () => {
  const data = dataOf(
    file('{ mixture: [{ path: ./my notes/, share: 0.5 }, { path: b/web.jsonl, share: 0.25 }, { path: c, share: 0.25, name: pages }] }'),
  );
  expect(mixtureOf(data).map((s) => s.name)).toEqual(['my notes', 'web.jsonl', 'pages']);
  const whole = dataFrom('/lab', data);
  expect('mixture' in whole && whole.mixture.map((s) => 'path' in s && s.path)).toEqual(['/lab/my notes', '/lab/b/web.jsonl', '/lab/c']);
});

describe('what does not go together is told at its place', () => {
  test.each([
    [
      file('{ mixture: [{ source: code, share: 0.5 }, { source: prose, share: 0.4 }] }'),
      'error data.mixture: The shares of data.mixture sum to 0.9; they must sum to 1.',
    ],
    [
      file('{ mixture: [{ path: a/x.txt, share: 0.5 }, { path: b/x.txt, share: 0.5 }] }'),
      'error data.mixture.1: Two sources of data.mixture are called "x.txt"; give one another name.',
    ],
    [
      file('{ generator: arithmetic }'),
      'error data.generator: The method pretrain reads texts, not questions: give data.mixture or data.preset.',
    ],
    [
      file('{ preset: deepseekmath }', 'sft'),
      'error data.preset: The method sft asks questions, and data.preset holds texts: give data.generator.',
    ],
    [
      file('{ preset: deepseekmath }', 'pretrain', 'benchmarks: [{ suite: held-out, shots: 2 }]\n'),
      'warning benchmarks.0.shots: The held-out documents of a mixture are read, not answered: samples and shots change nothing here.',
    ],
    [
      file('{ mixture: [{ source: cod, share: 1 }] }'),
      'error data.mixture.0.source: data.mixture[0].source: "cod" is not known; did you mean "code"? It can be math-web, algebra, arxiv, code or prose.',
    ],
  ])('%#', (text, expected) => {
    expect(messages(text)).toEqual([expected]);
  });

  test('shares that only rounding keeps from 1 are right', () => {
    const thirds = Array.from({ length: 3 }, (_, i) => `{ path: f${i}.txt, share: 0.3333333 }`).join(', ');
    expect(messages(file(`{ mixture: [${thirds}] }`))).toEqual([]);
    expect(messages(file('{ preset: deepseekmath }', 'pretrain', 'benchmarks: [{ suite: gsm, shots: 2 }]\n'))).toEqual([]);
  });
});

describe('the example of stages', () => {
  test('is valid, has no warnings, and leads from pre-training over SFT to GRPO', async () => {
    const files = (await findExperiments('examples/stages')).map((path) => ({ path, ...parseExperiment(readFileSync(path, 'utf8')) }));
    for (const { path, problems } of files) expect(problems, path).toEqual([]);
    const known = files.map(({ path, experiment }) => ({ path, experiment: experiment! }));
    const chain = chainOf(
      known.find((f) => f.experiment.name === 'stages-grpo')!,
      known,
    );
    expect(chain.ok && chain.files.map((f) => f.experiment.method.name)).toEqual(['pretrain', 'sft', 'grpo']);
  });
});
