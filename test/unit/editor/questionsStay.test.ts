/** A question to a person stays until it is answered or left with Escape: a page that takes the focus late closes none. */
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const calls = globSync('src/editor/**/*.ts').flatMap((file) =>
  readFileSync(file, 'utf8')
    .split(/(?=window\s*\.(?:showQuickPick|showInputBox|createQuickPick))/)
    .slice(1)
    .map((rest) => ({ file, text: rest.slice(0, 600) })),
);

test('every question of ours ignores that the focus goes elsewhere', () => {
  expect(calls.length).toBeGreaterThan(10);
  expect(calls.filter(({ text }) => !/ignoreFocusOut(: | = )true/.test(text)).map(({ file }) => file)).toEqual([]);
});
