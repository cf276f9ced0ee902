import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parse.js';

const root = join(import.meta.dirname, '../../..');
const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter((name) => name.endsWith('.md'));
const examples = pages.flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text]) => [page, text] as const),
);

test('README shows an experiment, the page on own trainers one that is followed and one that is captured, the pages on targets and Python some', () => {
  expect(new Set(examples.map(([page]) => page))).toEqual(
    new Set(['README.md', 'docs/launch-targets.md', 'docs/own-trainer.md', 'docs/python-trainer.md']),
  );
  expect(examples.filter(([page]) => page === 'docs/own-trainer.md')).toHaveLength(2);
});

test.each(examples)('the experiment in %s is one that can be launched as it stands', (_, text) => {
  expect(parseExperiment(text).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
});
