import { Uri, ViewColumn, type Memento } from 'vscode';
import { beforeEach, describe, expect, test } from 'vitest';
import { PageMemory } from '../../../src/editor/pages/pageMemory.js';
import { Pages } from '../../../src/editor/pages/pages.js';
import type { AskOptions } from '../../../src/store/readers.js';
import type { PageSources } from '../../../src/editor/pages/sources.js';
import { aSummary } from '../../builders/aSummary.js';
import { fake, FakePanel } from '../../builders/fakeVscode.js';

const names = new Map([
  ['a', 'arith-1'],
  ['b', 'arith-2'],
]);
/** Of what pages have asked of the store. */
let signals: AbortSignal[] = [];
const sources = {
  runs: { get: (id: string) => Promise.resolve(names.has(id) ? aSummary({ id, name: names.get(id)! }) : undefined) },
  asking: ({ signal }: AskOptions) => {
    signals.push(signal!);
    return { rewards: () => new Promise(() => undefined) }; // it takes long
  },
  store: { run: () => Promise.reject(new Error('no such run')) },
} as unknown as PageSources;

let stored: unknown;
const memento = { get: () => stored, update: (_: string, value: unknown) => Promise.resolve(void (stored = value)) } as unknown as Memento;
const reports: string[] = [];
const aWindow = (): Pages =>
  new Pages(
    Uri.file('/extension'),
    sources,
    {},
    () => Promise.resolve(new PageMemory(memento)),
    (problem) => reports.push(problem),
  );

beforeEach(() => {
  fake.reset();
  stored = undefined;
  signals = [];
});

describe('which tab a page opens in', () => {
  test('two quick clicks make one tab', async () => {
    const pages = aWindow();
    await Promise.all([pages.open({ run: 'a' }), pages.open({ run: 'a' }), pages.open({ run: 'b' })]);
    expect(fake.tabs()).toEqual(['arith-2']);
    expect(pages.activeAddress).toEqual({ run: 'b' });
  });

  test('a page that cannot be made does not keep the next one from opening', async () => {
    const pages = aWindow();
    const named = names.get('a')!;
    names.delete('a');
    await expect(pages.open({ run: 'a' })).rejects.toThrow('no such run');
    names.set('a', named);
    await pages.open({ run: 'a' });
    expect(fake.tabs()).toEqual(['arith-1']);
  });

  test('a pinned tab keeps what it shows, and is where that is opened again', async () => {
    const pages = aWindow();
    await pages.open({ run: 'a' });
    fake.tabGroups[0].tabs[0].isPinned = true;
    await pages.open({ run: 'b' });
    await pages.open({ run: 'a' });
    expect(fake.tabs()).toEqual(['arith-1', 'arith-2']);
    expect(pages.activeAddress).toEqual({ run: 'a' });
  });

  describe('after a reload, among tabs that have no page yet', () => {
    /** Two dashboards, as an earlier window has left them. */
    const leftBehind = async (column = ViewColumn.One): Promise<void> => {
      const before = aWindow();
      await before.open({ run: 'a' }, { column });
      before.dispose();
      fake.tabGroups = [];
      fake.sleepingTab('grpoLab.dashboard', 'arith-1', column);
    };

    test('the run that a tab will show is opened in its place', async () => {
      await leftBehind();
      await aWindow().open({ run: 'a' });
      expect(fake.tabs()).toEqual(['arith-1']);
    });

    test('also where that is another column than the active one', async () => {
      await leftBehind(ViewColumn.Two);
      fake.tabGroups.unshift({ viewColumn: 1, tabs: [] });
      await aWindow().open({ run: 'a' });
      expect(fake.tabGroups.map((g) => g.tabs.map((t) => t.label))).toEqual([[], ['arith-1']]);
    });

    test('another run takes the tab of its column, as it does when the page is there', async () => {
      await leftBehind();
      await aWindow().open({ run: 'b' });
      expect(fake.tabs()).toEqual(['arith-2']);
    });

    test('a pinned one stays, and stays pinned when it is opened', async () => {
      await leftBehind();
      fake.tabGroups[0].tabs[0].isPinned = true;
      const pages = aWindow();
      await pages.open({ run: 'b' });
      expect(fake.tabs()).toEqual(['arith-1', 'arith-2']);
      expect(fake.executed).toEqual([]);
    });

    test('a pinned one that is asked for is pinned again', async () => {
      await leftBehind();
      fake.tabGroups[0].tabs[0].isPinned = true;
      await aWindow().open({ run: 'a' });
      expect(fake.tabs()).toEqual(['arith-1']);
      expect(fake.executed).toEqual([['workbench.action.pinEditor']]);
    });

    test('what was opened to the side is a tab of its own', async () => {
      await leftBehind();
      await aWindow().open({ run: 'a' }, { aside: true });
      expect(fake.tabs()).toEqual(['arith-1', 'arith-1']);
    });

    test('one that is looked at meanwhile wakes as it is', async () => {
      await leftBehind();
      const pages = aWindow();
      fake.tabGroups[0].tabs = [];
      const panel = new FakePanel('grpoLab.dashboard', 'arith-1', 1);
      await fake.serializers.get('grpoLab.dashboard')!.deserializeWebviewPanel(panel, undefined);
      await pages.open({ run: 'a' });
      expect(fake.tabs()).toEqual(['arith-1']);
      expect(reports).toEqual([]);
    });
  });
});

describe('what a page asked of the store', () => {
  const ask = (page: FakePanel, id: number): void =>
    page.received.fire({ kind: 'request', id, method: 'dashboard/rewards', params: { run: 'a', step: 1 } });

  test.each<[string, (page: FakePanel) => void]>([
    ['is closed', (page) => page.dispose()],
    [
      'is hidden, and so thrown away',
      (page) => {
        page.visible = false;
        page.viewStateChanged.fire();
      },
    ],
  ])('is given up when it %s; what other pages asked is not', async (_, leave) => {
    const pages = aWindow();
    await pages.open({ run: 'a' });
    await pages.open({ run: 'b' }, { aside: true });
    const [left, stays] = fake.panels;
    ask(left, 1);
    ask(left, 2);
    ask(stays, 1);
    expect(signals.map((s) => s.aborted)).toEqual([false, false, false]);
    leave(left);
    expect(signals.map((s) => s.aborted)).toEqual([true, true, false]);
  });
});
