/** Every link and picture of the documentation leads somewhere. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const pages = [
  ...readdirSync('.').filter((f) => f.endsWith('.md')),
  ...readdirSync('docs').map((f) => join('docs', f)),
  'src/protocol/README.md',
  'src/grading/README.md',
];

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading));

test.each(pages)('%s links to what exists', (page) => {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to);
  const dead = links.filter((to) => {
    if (/^(https?|vscode):/.test(to)) return false;
    const [path] = to.split('#');
    const anchor = to.split('#').at(1);
    const file = path ? join(dirname(page), path) : page;
    return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
  });
  expect(dead).toEqual([]);
});
