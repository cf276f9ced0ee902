import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RunChange, RunSummary } from '../../../src/store/views.js';
import { Runs, type RunUpdate } from '../../../src/editor/runs.js';
import { aSummary } from '../../builders/aSummary.js';
import { EventEmitter } from '../../builders/fakeVscode.js';
import type { Labs } from '../../../src/editor/labs.js';

/** Stores whose answers come when a test lets them. */
class SlowLabs {
  readonly changed = new EventEmitter<RunChange>();
  readonly foldersChanged = new EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  readonly onDidChangeFolders = this.foldersChanged.event;
  waiting: (() => void)[] = [];
  hold = false;
  failing = false;
  known = new Map<string, RunSummary>();

  readonly ask = {
    runs: () => this.answer(() => ({ rows: [...this.known.values()], next: null })),
    run: (id: string) => this.answer(() => this.known.get(id) ?? null),
  };

  tell(run: string, identity = false): void {
    this.changed.fire({ run, upTo: 1, identity });
  }
  private async answer<T>(value: () => T): Promise<T> {
    const now = value(); // as a database answers: what was there when it was asked
    if (this.failing) throw new Error('busy');
    if (this.hold) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return now;
  }
  release(): void {
    for (const go of this.waiting.splice(0)) go();
  }
}

let labs: SlowLabs;
let runs: Runs;
let updates: RunUpdate[][];
let errors: unknown[];
const ids = async () => (await runs.all()).map((r) => r.id).sort();
const settle = () => vi.advanceTimersByTimeAsync(500);

beforeEach(async () => {
  vi.useFakeTimers();
  labs = new SlowLabs();
  updates = [];
  errors = [];
  runs = new Runs(labs as unknown as Labs, (error) => errors.push(error));
  runs.onDidUpdate((u) => updates.push(u));
  labs.known.set('a', aSummary({ id: 'a', step: 1 }));
  await runs.all();
});
afterEach(() => {
  runs.dispose();
  vi.useRealTimers();
});

describe('what is known of the runs', () => {
  test('a run that starts while a slow update is under way stays', async () => {
    labs.hold = true;
    labs.known.set('a', aSummary({ id: 'a', step: 2 }));
    labs.tell('a');
    await settle(); // asked, and not answered yet
    labs.known.set('b', aSummary({ id: 'b' }));
    labs.tell('b', true);
    await settle();
    // The answers come in whatever order.
    labs.hold = false;
    while (labs.waiting.length > 0) {
      labs.waiting.pop()!();
      await settle();
    }
    expect(await ids()).toEqual(['a', 'b']);
    expect((await runs.get('a'))?.step).toBe(2);
    expect(updates.flat().filter((u) => u.id === 'b' && !u.before && u.after)).toHaveLength(1);
  });

  test('nothing is told twice as new', async () => {
    labs.known.set('b', aSummary({ id: 'b' }));
    labs.tell('b', true);
    await settle();
    labs.tell('b', true);
    await settle();
    expect(updates.flat().map((u) => [u.id, Boolean(u.before), Boolean(u.after)])).toEqual([
      ['b', false, true],
      ['b', true, true],
    ]);
  });

  test('a run that is deleted goes', async () => {
    labs.known.delete('a');
    labs.tell('a', true);
    await settle();
    expect(await ids()).toEqual([]);
    expect(updates.flat()).toEqual([{ id: 'a', before: expect.objectContaining({ id: 'a' }) as RunSummary }]);
  });

  test('what could not be asked is asked with the next change', async () => {
    labs.known.set('a', aSummary({ id: 'a', step: 2 }));
    labs.failing = true;
    labs.tell('a');
    await settle();
    expect(errors).toHaveLength(1);
    labs.failing = false;
    labs.known.set('b', aSummary({ id: 'b' }));
    labs.tell('b', true);
    await settle();
    expect((await runs.get('a'))?.step).toBe(2);
    expect(await ids()).toEqual(['a', 'b']);
  });

  test('after a reload that failed the next question tries again', async () => {
    labs.failing = true;
    await expect(runs.reload()).rejects.toThrow('busy');
    labs.failing = false;
    labs.known.set('b', aSummary({ id: 'b' }));
    labs.tell('b', true);
    await settle();
    expect(await ids()).toEqual(['a', 'b']);
  });
});
