/** Where a document says that a file is, there is one. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'test/README.md'])('every file that %s names exists', (page) => {
  const named = [...readFileSync(page, 'utf8').matchAll(/`((?:src|webview|test|docs|scripts|python|media)\/[^`\s*<>]*)`/g)].map(
    ([, path]) => path,
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
