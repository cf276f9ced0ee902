/** The importer as the editor runs it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { CancellationToken } from 'vscode';
import { ImporterProcess } from '../../src/editor/imports/importerProcess.js';

const never = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
} as unknown as CancellationToken;

test('line separators in a file end no line of what the importer says of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-importer-'));
  try {
    const question = 'one\u2028two\u2029three';
    const samples = ['7', '8'].map((text, reward) => ({ text, reward }));
    const file = join(folder, 'groups.jsonl');
    writeFileSync(file, `${JSON.stringify({ question, gold: '7', samples, step: 1 })}\n`);
    const importer = new ImporterProcess(resolve('dist'), join(folder, 'runs'));
    const look = await importer.look(file, never);
    expect(look?.table?.rows[0][0]).toBe(question);
    expect(await importer.once({ path: file }, never, () => undefined)).toMatchObject({ groups: 1, solutions: 2 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
