import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sharedTest } from '../builders/sharedData.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-pairs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Line {
  verdict: string;
  rule: string;
  extracted: string | null;
  ms: number;
  reason?: string;
}

const start = (...args: string[]) => spawn(process.execPath, [resolve('dist/cli.cjs'), 'grade', ...args], { cwd: folder });

async function grade(input: string, ...args: string[]): Promise<{ code: number | null; lines: Line[]; err: string }> {
  const child = start(...args);
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (text.out += piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (text.err += piece));
  child.stdin.on('error', () => undefined); // it may end before it has read everything
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  const lines = text.out.split('\n').slice(0, -1);
  return { code, lines: lines.map((line) => JSON.parse(line) as Line), err: text.err };
}

const jsonl = (...pairs: object[]): string => pairs.map((p) => `${JSON.stringify(p)}\n`).join('');

test('each pair gets a line, in order: verdict, rule, what was extracted, time', async () => {
  const file = join(folder, 'pairs.jsonl');
  writeFileSync(
    file,
    jsonl(
      { gold: '18', pred: 'That makes 9 * 2 = 18.\nA: 18' },
      { gold: 'Half of the cake is left, which is 1/2 of it.\n#### 0.5', pred: 'So it is $\\boxed{\\frac{1}{2}}$.' },
      { gold: '18', pred: 'A: 19' },
      { gold: 7, pred: 'I do not know.' },
    ),
  );
  const { code, lines, err } = await grade('', '--pairs', file);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(lines.map((l) => [l.verdict, l.extracted])).toEqual([
    ['equal', '18'],
    ['equal', '\\frac{1}{2}'],
    ['different', '19'],
    ['different', null],
  ]);
  for (const { rule, ms } of lines) {
    expect(rule).not.toBe('');
    expect(ms).toBeGreaterThanOrEqual(0);
  }
});

test("options have Math-Verify's names; unknown ones are ignored", async () => {
  const pair = { gold: '$3.14$', pred: '$3.141$' };
  const latex = ['latex(default: boxed_match_priority=50)'];
  const { lines } = await grade(
    jsonl(
      { gold: '1/3', pred: '0.33', options: { extraction: ['expr'], precision: 2, api: 'x' } },
      { gold: '1/3', pred: '0.33', options: { extraction: ['expr'], precision: 6 } },
      { ...pair, options: { extraction: latex, strict: true } },
      { gold: '$x+1$', pred: '$y+1$', options: { extraction: latex, strict: true } },
      { gold: '$x+1$', pred: '$y+1$', options: { extraction: latex, strict: false } },
    ),
    '--pairs',
    '-',
  );
  expect(lines.map((l) => l.verdict)).toEqual(['equal', 'different', 'different', 'different', 'equal']);
});

test("a pair may say how its benchmark's solutions state their answers", async () => {
  const pair = { gold: '8', pred: 'so \\boxed{4}\n#### 8' };
  const { lines } = await grade(
    jsonl({ ...pair, options: { convention: 'gsm8k' } }, { ...pair, options: { convention: 'math' } }),
    '--pairs',
    '-',
  );
  expect(lines.map((l) => [l.verdict, l.extracted])).toEqual([
    ['equal', '8'],
    ['different', '4'],
  ]);
});

test('a line that is no pair says why in its place; the others are graded, and the exit code tells', async () => {
  const good = jsonl({ gold: '1', pred: '1' });
  const { code, lines } = await grade(`${good}{"gold": 1\n\n{"gold":"1"}\n[]\n${good.trimEnd()}`, '--pairs', '-');
  expect(code).toBe(1);
  expect(lines.map((l) => l.verdict)).toEqual(['equal', 'undecided', 'undecided', 'undecided', 'equal']);
  expect(lines[1].reason).toMatch(/^Line 2: It is not JSON/);
  expect(lines[2].reason).toMatch(/^Line 4: .*pred/);
  expect(lines[3].reason).toMatch(/^Line 5: /);
});

test('a line is answered before the next one comes', async () => {
  const child = start('--pairs', '-');
  child.stdout.setEncoding('utf8');
  for (const n of [1, 2, 3]) {
    child.stdin.write(jsonl({ gold: '2', pred: `The answer is ${n}.` }));
    const [piece] = (await once(child.stdout, 'data')) as [string];
    expect(JSON.parse(piece)).toMatchObject({ verdict: n === 2 ? 'equal' : 'different', extracted: String(n) });
  }
  child.stdin.end();
  expect(await once(child, 'close')).toEqual([0, null]);
});

test('thousands of lines keep their order', async () => {
  const pairs = Array.from({ length: 5_000 }, (_, i) => ({ gold: String(i - (i % 3)), pred: `The answer is ${i}.` }));
  const { lines } = await grade(jsonl(...pairs), '--pairs', '-');
  expect(lines.map((l) => l.extracted)).toEqual(pairs.map((_, i) => String(i)));
  expect(lines.every((l, i) => l.verdict === (i % 3 === 0 ? 'equal' : 'different'))).toBe(true);
});

test('a reader that has seen enough is no error', async () => {
  const child = start('--pairs', '-');
  child.stdin.on('error', () => undefined);
  child.stdin.end(jsonl({ gold: '1', pred: '1' }).repeat(20_000));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(0);
});

test.each([
  [[], /--pairs/],
  [['some-run', '--pairs', '-'], /--pairs/],
  [['--pairs', 'none.jsonl'], /none\.jsonl/],
])('wrong usage %j is refused with what to do', async (args, message) => {
  const { code, lines, err } = await grade('', ...args);
  expect({ code, lines }).toEqual({ code: 2, lines: [] });
  expect(err).toMatch(message);
});

/** What the command line decides of labelled pairs: the share that is as labelled, and what is accepted or rejected wrongly. */
async function decided(path: string) {
  const text = readFileSync(path, 'utf8');
  const pairs = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { expected: boolean; quirk?: string[] });
  const { code, lines } = await grade(text, '--pairs', '-');
  expect(code).toBe(0);
  expect(lines).toHaveLength(pairs.length);
  return {
    right: lines.filter((l, i) => (l.verdict === 'equal') === pairs[i].expected).length / pairs.length,
    accepted: lines.filter((l, i) => l.verdict === 'equal' && !pairs[i].expected && !pairs[i].quirk?.length),
    rejected: lines.filter((l, i) => l.verdict === 'different' && pairs[i].expected && !pairs[i].quirk?.length),
  };
}

test('labelled pairs are decided as their labels say', async () => {
  // A busy machine may leave one undecided in the time that it has; labelledPairs.test.ts decides each without a limit.
  expect(await decided('test/fixtures/grading/pairs.jsonl')).toMatchObject({ accepted: [], rejected: [] });
});

sharedTest('grading/mathverify_open.jsonl', 'published pairs are decided as their authors say', async (path) => {
  const { right, accepted } = await decided(path);
  expect(right).toBeGreaterThanOrEqual(0.9);
  expect(accepted).toEqual([]);
});
