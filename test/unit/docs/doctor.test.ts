import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rules } from '../../../src/doctor/rules.js';

const text = readFileSync('docs/doctor.md', 'utf8');

test('each check stands in the document under its name and id, and no other does', () => {
  const documented = [...text.matchAll(/^\| ([^|]+) \(`([a-z-]+)`\) \|/gm)].map(([, name, id]) => `${id} ${name}`);
  expect(documented.toSorted()).toEqual(rules.map(({ id, name }) => `${id} ${name}`).toSorted());
});

test('rules have ids of their own, and consequences that are rules', () => {
  const ids = rules.map((r) => r.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const rule of rules) for (const id of rule.consequences ?? []) expect(ids, rule.id).toContain(id);
});
