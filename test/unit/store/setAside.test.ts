import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { fileIdentity, setAside } from '../../../src/store/sqlite.js';

test('of damaged databases the newest three are kept, and it is said that older ones were removed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-aside-'));
  const file = join(folder, 'grpo-lab.db');
  const former = ['2024-05-01', '2025-01-31', '2025-02-01', '2025-12-24'].map((day) => `grpo-lab.db.damaged-${day}T10-00-00.000Z`);
  for (const name of [...former, 'grpo-lab.db', 'grpo-lab.db-wal', 'other.db.damaged-2020-01-01T10-00-00.000Z'])
    writeFileSync(join(folder, name), name);

  const notice = setAside(file, fileIdentity(file));
  const left = readdirSync(folder).sort();
  expect(left.slice(0, 2)).toEqual(former.slice(2));
  expect(left).toHaveLength(4);
  expect(left).toContain('other.db.damaged-2020-01-01T10-00-00.000Z');
  expect(notice).toContain('is rebuilt from the run directories');
  expect(notice).toContain('2 older ones');

  writeFileSync(file, 'damaged again');
  expect(setAside(file, fileIdentity(file))).toContain('1 older one ');
  expect(setAside(file, 'another file')).toBeNull();
  rmSync(folder, { recursive: true });
});

test('two that are moved at the same instant are both kept', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-30T10:00:00.000Z') });
  onTestFinished(() => void vi.useRealTimers());
  const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-aside-'));
  const file = join(folder, 'grpo-lab.db');
  for (const text of ['first', 'second']) {
    writeFileSync(file, text);
    setAside(file, fileIdentity(file));
  }
  expect(readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['first', 'second']);
  rmSync(folder, { recursive: true });
});
