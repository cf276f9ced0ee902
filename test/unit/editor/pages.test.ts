import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import manifest from '../../../package.json' with { type: 'json' };
import type { Address } from '../../../src/protocol/address.js';
import { addressSchema, toggleBookmark } from '../../../src/contracts/everyPage.js';
import { History } from '../../../src/editor/pages/history.js';
import { pageHtml } from '../../../src/editor/pages/html.js';
import { pageKeys } from '../../../src/editor/pages/pageKeys.js';
import { Router } from '../../../src/editor/pages/router.js';
import { pageTitle, parentOf } from '../../../src/editor/pages/titles.js';
import { kindOf, pageActions, pageMoves } from '../../../src/contracts/pageKinds.js';
import { notification, request, type Wire } from '../../../src/contracts/messaging.js';

describe('what an address is called', () => {
  test.each<[Address, string, string]>([
    [{ run: 'a' }, 'dashboard', 'arith-grpo-3'],
    [{ run: 'a', step: 42 }, 'groups', 'Step 42 · arith-grpo-3'],
    [{ run: 'a', step: 42, group: 6 }, 'group', 'Group 7 · step 42 · arith-grpo-3'],
    [{ run: 'a', step: 42, group: 6, solution: 2 }, 'solution', 'Solution 3 · group 7 · step 42 · arith-grpo-3'],
    [{ run: 'a', grades: 'other-1-00000000' }, 'disagreements', 'Disagreements · arith-grpo-3'],
    [{ run: 'a', timeline: true }, 'timeline', 'Timeline · arith-grpo-3'],
    [{ run: 'a', doctor: true }, 'doctor', 'Doctor · arith-grpo-3'],
    [{ run: 'a', timeline: true, step: 42 }, 'timeline', 'Timeline · step 42 · arith-grpo-3'],
    [{ run: 'a', thenNow: { then: { from: 1, to: 2 } } }, 'then-now', 'Then and now · arith-grpo-3'],
    [{ run: 'a', questions: true }, 'question', 'Questions · arith-grpo-3'],
    [{ run: 'a', questions: true, step: 42, group: 6 }, 'question', 'Question · group 7 · step 42 · arith-grpo-3'],
    [{ run: 'a', tokens: true }, 'tokens', 'Worst tokens · arith-grpo-3'],
    [{ run: 'a', tokens: true, step: 42, group: 6 }, 'tokens', 'Worst tokens · group 7 · step 42 · arith-grpo-3'],
    [{ run: 'a', step: 42, group: 6, solution: 2, token: 5 }, 'solution', 'Solution 3 · group 7 · step 42 · arith-grpo-3'],
    [{ page: 'planner' }, 'planner', 'Memory planner'],
    [{ page: 'planner', about: { experiment: 'arith-sft' } }, 'planner', 'Memory planner · arith-sft'],
    [{ page: 'planner', about: { run: 'a' } }, 'planner', 'Memory planner · arith-grpo-3'],
    [{ page: 'reward-model', about: { run: 'a' } }, 'reward-model', 'Reward model · arith-grpo-3'],
    [{ page: 'planner', about: { run: 'a', step: 40 } }, 'planner', 'Memory planner · arith-grpo-3, step 40'],
  ])('%o is a %s called %s', (address, kind, title) => {
    expect(kindOf(address)).toBe(kind);
    expect(pageTitle(address, 'arith-grpo-3')).toBe(title);
  });

  test('a long name of a run keeps its beginning and its number', () => {
    expect(pageTitle({ run: 'a', step: 3 }, 'lcb_conflicting_canmod_minimal-12')).toBe('Step 3 · lcb_conflicting_ca…inimal-12');
  });

  test('each page knows the one above it', () => {
    expect(parentOf({ run: 'a', step: 1, group: 2, solution: 3 })).toEqual({ run: 'a', step: 1, group: 2 });
    expect(parentOf({ run: 'a', step: 0 })).toEqual({ run: 'a' });
    expect(parentOf({ run: 'a', grades: 'other-1-00000000' })).toEqual({ run: 'a' });
    expect(parentOf({ run: 'a', timeline: true, step: 3 })).toEqual({ run: 'a' });
    expect(parentOf({ run: 'a', thenNow: {} })).toEqual({ run: 'a' });
    expect(parentOf({ run: 'a', questions: true, step: 3, group: 1 })).toEqual({ run: 'a', questions: true });
    expect(parentOf({ run: 'a', questions: true })).toEqual({ run: 'a' });
    expect(parentOf({ run: 'a', tokens: true, step: 3, group: 1 })).toEqual({ run: 'a', step: 3, group: 1 });
    expect(parentOf({ run: 'a', tokens: true })).toEqual({ run: 'a' });
    expect(parentOf({ run: 'a', step: 1, group: 2, solution: 3, token: 9 })).toEqual({ run: 'a', step: 1, group: 2 });
    expect(parentOf({ run: 'a' })).toBeUndefined();
    expect(parentOf({ page: 'planner' })).toBeUndefined();
    expect(parentOf({ page: 'planner', about: { experiment: 'a' } })).toBeUndefined();
    expect(parentOf({ page: 'planner', about: { run: 'a', step: 3 } })).toEqual({ run: 'a', step: 3 });
  });
});

describe('history', () => {
  const at = (step: number) => ({ run: 'a', step });

  test('goes back and forward like a browser', () => {
    const history = new History();
    for (const step of [1, 2, 3]) history.visit(at(step));
    expect(history.back()).toEqual(at(2));
    expect(history.back()).toEqual(at(1));
    expect(history.back()).toBeUndefined();
    expect(history.forward()).toEqual(at(2));
    history.visit(at(9));
    expect(history.canGoForward).toBe(false);
    expect(history.back()).toEqual(at(2));
  });

  test('arriving where one is changes nothing, and the past is bounded', () => {
    const history = new History(3);
    for (const step of [1, 1, 2, 3, 4]) history.visit(at(step));
    expect([history.back(), history.back(), history.back()]).toEqual([at(3), at(2), undefined]);
  });

  test('forgets a deleted run and joins what it stood between', () => {
    const history = new History();
    history.visit(at(1));
    history.visit({ run: 'gone' });
    history.visit(at(1));
    history.visit(at(2));
    history.forget('gone');
    expect(history.back()).toEqual(at(1));
    expect(history.canGoBack).toBe(false);
  });

  test('goes between runs and pages of the workspace; a deleted run takes along what is about it, and nothing else', () => {
    const history = new History();
    for (const address of [{ page: 'planner' }, { run: 'gone' }, { page: 'planner', about: { run: 'gone' } }, at(1)] satisfies Address[])
      history.visit(address);
    history.forget('gone');
    expect(history.back()).toEqual({ page: 'planner' });
    expect(history.canGoBack).toBe(false);
  });
});

describe('messages from a page', () => {
  const double = request('test/double', z.strictObject({ n: z.number() }))<number>();
  const noted = notification('test/noted', z.strictObject({ text: z.string().max(5) }));

  function aRouter() {
    const sent: Wire[] = [];
    const problems: string[] = [];
    const heard: string[] = [];
    const router = new Router(
      (m) => sent.push(m),
      (p, e) => problems.push(e instanceof Error ? `${p}: ${e.message}` : p),
    );
    router.on(double, ({ n }) => n * 2).hear(noted, ({ text }) => heard.push(text));
    return { router, sent, problems, heard };
  }

  test('a declared request is answered', async () => {
    const { router, sent } = aRouter();
    await router.receive({ kind: 'request', id: 7, method: 'test/double', params: { n: 21 } });
    expect(sent).toEqual([{ kind: 'response', id: 7, ok: true, result: 42 }]);
  });

  describe('an answer that takes long', () => {
    function aSlowOne() {
      const world = aRouter();
      const signals: AbortSignal[] = [];
      world.router.on(double, (_, { signal, progress }) => {
        signals.push(signal);
        progress(1, 2);
        return new Promise<number>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      });
      const ask = (id: number): Promise<void> => world.router.receive({ kind: 'request', id, method: 'test/double', params: { n: id } });
      return { ...world, signals, ask };
    }

    test('is given up when the page does not want it any more; others go on, and nothing is reported', async () => {
      const { router, sent, problems, signals, ask } = aSlowOne();
      const first = ask(1);
      void ask(2);
      await router.receive({ kind: 'cancel', id: 1 });
      await first;
      expect(signals.map((s) => s.aborted)).toEqual([true, false]);
      expect(sent).toEqual([
        { kind: 'progress', id: 1, done: 1, total: 2 },
        { kind: 'progress', id: 2, done: 1, total: 2 },
        { kind: 'response', id: 1, ok: false, error: 'The page does not want the answer any more.' },
      ]);
      expect(problems).toEqual([]);
      await router.receive({ kind: 'cancel', id: 1 }); // it was answered: nothing is left to cancel
    });

    test('is given up with all others when the page is closed', async () => {
      const { router, signals, ask } = aSlowOne();
      const all = [ask(1), ask(2)];
      router.cancelAll();
      await Promise.all(all);
      expect(signals.every((s) => s.aborted)).toBe(true);
    });
  });

  test.each([
    ['an unknown method', { kind: 'request', id: 1, method: 'test/evil', params: {} }, /no request "test\/evil"/],
    ['wrong parameters', { kind: 'request', id: 1, method: 'test/double', params: { n: '21' } }, /wrong parameters/],
    ['extra parameters', { kind: 'request', id: 1, method: 'test/double', params: { n: 1, path: '/etc' } }, /wrong parameters/],
    ['a notification sent as a request', { kind: 'request', id: 1, method: 'test/noted', params: { text: 'a' } }, /no request/],
  ])('%s is refused with a reason', async (_, message, reason) => {
    const { router, sent, problems } = aRouter();
    await router.receive(message);
    const [response] = sent;
    expect(response).toMatchObject({ kind: 'response', id: 1, ok: false });
    expect(response).toHaveProperty('error', expect.stringMatching(reason));
    expect(problems).toHaveLength(1);
  });

  test.each([
    [null],
    ['text'],
    [{ kind: 'response', id: 1, ok: true, result: 1 }],
    [{ kind: 'notification', method: 3 }],
    [{ kind: 'notification', method: 'test/noted', params: { text: 'too long' } }],
  ])('%o is dropped, reported, and not answered', async (message) => {
    const { router, sent, problems, heard } = aRouter();
    await router.receive(message);
    expect([sent, heard]).toEqual([[], []]);
    expect(problems).toHaveLength(1);
  });
});

test('addresses from a page are checked: of a run or of the workspace, and only what is in a run can be bookmarked', () => {
  const planner = { page: 'planner', about: { run: 'a', step: 4 } };
  for (const address of [{ run: 'a', step: 3 }, { page: 'planner' }, planner, { page: 'planner', about: { experiment: 'x' } }])
    expect(addressSchema.parse(address)).toEqual(address);
  for (const address of [
    {},
    { page: 'nowhere' },
    { page: 'planner', run: 'a' },
    { page: 'planner', about: planner },
    { run: 'a', about: planner },
  ])
    expect(addressSchema.safeParse(address).success).toBe(false);
  expect(toggleBookmark.params.safeParse({ address: { run: 'a', step: 3 } }).success).toBe(true);
  expect(toggleBookmark.params.safeParse({ address: { page: 'planner' } }).success).toBe(false);
});

describe('the document of a page', () => {
  test('may run its own script by nonce and nothing else', () => {
    const html = pageHtml({ title: 'a<b', script: 'https://x/page.js', style: 'https://x/page.css', source: 'https://x' }, 'N0');
    const policy = /content="(default-src[^"]*)"/.exec(html)?.[1] ?? '';
    const directives = Object.fromEntries(policy.split('; ').map((d) => [d.split(' ')[0], d.split(' ').slice(1).join(' ')]));
    expect(directives['default-src']).toBe("'none'");
    expect(directives['script-src']).toBe("'nonce-N0'");
    expect(policy).not.toMatch(/unsafe-eval|\*|http:/);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain('a&lt;b');
  });

  test('has a new nonce each time', () => {
    const make = () => pageHtml({ title: '', script: '', style: '', source: '' });
    expect(make()).not.toBe(make());
  });
});

test('every page action has a key, and pages are told the keys of the manifest', () => {
  const keys = pageKeys(manifest.contributes.keybindings);
  expect(Object.keys(keys).sort()).toEqual([...pageActions, ...pageMoves].sort());
  expect(keys).toMatchObject({ next: 'j', nextStep: ']', heat3: '3', help: '?', open: 'Enter', back: 'Alt+Left', up: 'Alt+Up' });
  expect(pageKeys([{ command: 'grpoLab.page.act', key: 'x', args: { action: 'nonsense' } }])).toEqual({});
  expect(pageKeys([{ command: 'grpoLab.page.split', key: 'x', args: { action: 'next' } }])).toEqual({});
});
