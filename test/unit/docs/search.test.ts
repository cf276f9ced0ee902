/** The page on searches knows every property, and its examples are filters. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from '../../../src/query/parse.js';
import { properties } from '../../../src/query/properties.js';

const page = readFileSync(join(import.meta.dirname, '../../../docs/search.md'), 'utf8');

test('every property is described', () => {
  const described = properties.filter(({ name, keyed }) => page.includes(keyed ? `\`${name}.` : `\`${name}\``));
  expect(properties.filter((p) => !described.includes(p)).map((p) => p.name)).toEqual([]);
});

test('every filter that it shows is one', () => {
  const commands = [...page.matchAll(/grpo-lab find '([^']*)'/g)].map(([, filter]) => filter);
  const conditions = [...page.slice(page.indexOf('| condition'), page.indexOf('What is unknown')).matchAll(/^\| (.*?) \| /gm)].flatMap(
    ([, cell]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code.replaceAll('\\|', '|')).filter((code) => code.length > 2 || /\w/.test(code)),
  );
  expect(commands.length).toBeGreaterThan(3);
  expect(conditions.length).toBeGreaterThan(12);
  for (const filter of [...commands, ...conditions.filter((c) => c !== 'condition' && c !== '!=')])
    expect({ filter, problem: parse(filter).problem }).toEqual({ filter, problem: undefined });
});
