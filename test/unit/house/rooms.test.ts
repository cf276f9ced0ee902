/** The house holds: imports go where the list says, seen by the linter as it runs, and never in a circle. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import parser from '@typescript-eslint/parser';
import { ESLint, Linter } from 'eslint';
import { expect, test } from 'vitest';
import { rooms, roomOf, roomsRule, whyBarred } from '../../../scripts/lib/rooms.mjs';

const sources = globSync(['src/**/*.ts', 'webview/**/*.ts']).map((f) => f.replaceAll('\\', '/'));

/** What the rule says of a text, as if it stood in that file. */
function findings(file: string, text: string): string[] {
  const linter = new Linter({ cwd: process.cwd() });
  const config: Linter.Config = {
    files: ['**/*.ts'],
    languageOptions: { parser },
    plugins: { house: { rules: { rooms: roomsRule } } },
    rules: { 'house/rooms': 'error' },
  };
  return linter.verify(text, [config], { filename: join(process.cwd(), file) }).map((m) => m.message);
}

const climb = '../store/store.js';
test.each([
  ['import', `import { Store } from '${climb}';`],
  ['import for its effects', `import '${climb}';`],
  ['import type', `import type { Store } from '${climb}';`],
  ['export from', `export { Store } from '${climb}';`],
  ['export *', `export * from '${climb}';`],
  ['import()', `export const later = () => import('${climb}');`],
  ['a type of import()', `export type S = import('${climb}').Store;`],
])('a climb by %s is seen', (_, text) => {
  expect(findings('src/core/kl.ts', text)).toEqual([expect.stringContaining('src/core may not import src/store')]);
});

test.each([
  ['src/engine/loop.ts', '../store/store.js'],
  ['src/cli/output.ts', '../engine/loop.js'],
  ['src/cli.ts', './editor/labs.js'],
  ['src/launch/start.ts', '../importing/look.js'],
  ['src/words/runText.ts', '../../webview/shared/states.js'],
  ['src/core/kl.ts', './files/readAt.js'],
  ['src/core/kl.ts', 'node:fs'],
  ['src/cli/output.ts', 'vscode'],
  ['webview/group/page.ts', '../groups/page.js'],
  ['webview/group/page.ts', '../../src/store/store.js'],
  ['webview/shared/page.ts', '../group/page.js'],
  ['src/contracts/group.ts', '../editor/labs.js'],
  ['src/store/store.ts', '../../test/builders/run.js'],
])('%s may not import %s', (file, specifier) => {
  expect(findings(file, `import '${specifier}';`)).toHaveLength(1);
});

test.each([
  ['src/cli.ts', './cli/program.js'],
  ['src/editor/lab.ts', 'vscode'],
  ['webview/group/page.ts', '../shared/page.js'],
  ['webview/group/page.ts', '../../src/store/views/groups.js'],
  ['webview/group/page.ts', 'lit'],
  ['src/launch/createRun.ts', '../../package.json'],
])('%s may import %s', (file, specifier) => {
  expect(findings(file, `import '${specifier}';`)).toEqual([]);
});

test('a folder that is no room is told of, and so is an import that cannot be read', () => {
  expect(findings('src/attic/old.ts', `import '../core/kl.js';`)[0]).toContain('belongs to no room');
  expect(findings('src/core/kl.ts', 'export const any = (name: string) => import(name);')[0]).toContain('so many words');
});

test('the linter holds every source file to the list', async () => {
  const linter = new ESLint();
  for (const file of ['src/cli.ts', 'src/extension.ts', 'src/core/kl.ts', 'webview/group/page.ts']) {
    const { rules } = (await linter.calculateConfigForFile(file)) as { rules: Record<string, unknown> };
    expect(rules['house/rooms'], file).toEqual([2]);
  }
  expect(sources.filter((f) => !roomOf(f))).toEqual([]);
  expect(sources.flatMap((f) => importsOf(f).flatMap(([specifier]) => whyBarred(f, specifier) ?? []))).toEqual([]);
});

test('rooms stand on rooms in no circle', () => {
  expect(
    circles(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
      ]),
    ),
  ).toEqual(['b → c → b']);
  expect(circles(new Map(Object.entries(rooms)))).toEqual([]);
});

test('files import each other in no circle', () => {
  expect(circles(new Map(sources.map((f) => [f, importsOf(f).flatMap(([, file]) => file ?? [])])))).toEqual([]);
});

/** What a file imports, by whatever means: as it says it, and the file that it means where that is one of ours. */
function importsOf(file: string): [specifier: string, file: string | undefined][] {
  const found = readFileSync(file, 'utf8').matchAll(/(?:^(?:import|export|\})[^'\n]*|\bimport\()'([^'\n]+)'(?:;|\))/gm);
  return [...found].map(([, specifier]) => {
    const target = specifier.startsWith('.') ? join(file, '..', specifier).replace(/\.js$/, '.ts') : '';
    return [specifier, sources.includes(target) && target !== file ? target : undefined];
  });
}

/** The circles that a walk from each finds first, each as its path. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (at: string, path: readonly string[]): void => {
    if (path.includes(at)) found.push([...path.slice(path.indexOf(at)), at].join(' → '));
    else if (!done.has(at)) {
      for (const next of graph.get(at) ?? []) walk(next, [...path, at]);
      done.add(at);
    }
  };
  for (const at of graph.keys()) walk(at, []);
  return found;
}
