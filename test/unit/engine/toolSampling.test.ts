import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/engine/random.js';
import type { Policy, SampleOptions } from '../../../src/engine/model/policy.js';
import { ownTokensOf, outputTokens, programAtEnd } from '../../../src/engine/tools/programs.js';
import type { RunPython, ToolResult } from '../../../src/engine/tools/python.js';
import { sampleWithTools } from '../../../src/engine/tools/toolSampling.js';
import { tools } from '../../../src/engine/tasks/tools.js';
import { decode, encode, endToken, promptTokens, responseTokens } from '../../../src/engine/tokenizer.js';

/** A policy that writes what it is told, part by part, each up to a stop: what matters here is who writes what, not how. */
function speaking(...scripts: string[][]): Pick<Policy, 'sample'> & { contexts: string[][] } {
  const left = new Map(scripts.map((parts, i) => [`Question ${i}`, [...parts]]));
  const contexts: string[][] = [];
  return {
    contexts,
    sample: async (prompts: readonly (readonly number[])[], o: SampleOptions) => {
      const texts = prompts.map((p) => decode(p).text);
      contexts.push(texts);
      const samples = texts.map((text, i) => {
        const part = left.get(text.split('\n')[0])!.shift() ?? '';
        const all = [...encode(part.replace(/!$/, '')), ...(part.endsWith('!') ? [endToken] : [])];
        const tokens = all.slice(0, (o.maxTokens as readonly number[])[i]);
        const numbers = Float32Array.from(tokens, (_, t) => -1 - t);
        return { tokens, logp: numbers, entropy: numbers, rank: numbers, finish: 'stop' as const };
      });
      for (const [row, s] of samples.entries()) await o.drawn?.(s.tokens.map((token) => ({ row, token })));
      return samples;
    },
  };
}

const prompts = (n: number): number[][] => Array.from({ length: n }, (_, i) => promptTokens(`Question ${i}`));
const printing: RunPython = (program) => Promise.resolve({ kind: 'ok', stdout: `ran ${program.length}\n`, message: '' });
const options = { maxTokens: 200, temperature: 1, endToken, random: () => 0.5, programs: 2, python: printing };

describe('sampling with tools', () => {
  test('puts what a program prints behind it, and marks who wrote what', async () => {
    const policy = speaking(['```python\nprint(1)\n```\n', 'The answer is 9.!'], ['No program.!']);
    const [a, b] = await sampleWithTools(policy, prompts(2), options);
    expect(decode(a.tokens).text).toBe('```python\nprint(1)\n```\n```output\nran 9\n```\nThe answer is 9.');
    expect(a.finish).toBe('stop');
    const given = decode(a.tokens.filter((_, t) => a.own[t] === 0)).text;
    expect(given).toBe('```output\nran 9\n```\n');
    for (const values of [a.logp, a.entropy, a.rank]) {
      expect(values).toHaveLength(a.tokens.length);
      values.forEach((x, t) => expect(x === 0).toBe(a.own[t] === 0));
    }
    expect(decode(b.tokens).text).toBe('No program.');
    expect(b.own.every((o) => o === 1)).toBe(true);
    // The second round goes on from all that stands there, for the row that is not done.
    expect(policy.contexts[1]).toEqual(['Question 0\n```python\nprint(1)\n```\n```output\nran 9\n```\n']);
  });

  test('runs only so many programs, and lets the response go on', async () => {
    const program = '```python\nx\n```\n';
    const [s] = await sampleWithTools(speaking([program, program, program, 'Done.!']), prompts(1), options);
    expect(decode(s.tokens).text.match(/output/g)).toHaveLength(2);
    expect(decode(s.tokens).text).toMatch(/```python\nx\n```\nDone\.$/);
  });

  test('keeps to the longest response, outputs included', async () => {
    for (const maxTokens of [5, 10, 14, 20]) {
      const [s] = await sampleWithTools(speaking(['```python\nprint(1)\n```\n', 'The answer is 9.!']), prompts(1), {
        ...options,
        maxTokens,
      });
      expect(s.tokens).toHaveLength(maxTokens);
      expect(s.finish).toBe('length');
      expect(s.own).toHaveLength(maxTokens);
    }
  });

  test('runs no output that the policy makes up, and no block that was never opened', async () => {
    const ran: string[] = [];
    const python: RunPython = (program) => {
      ran.push(program);
      return printing(program);
    };
    const policy = speaking(['```output\n42\n```\n', 'so 42\n```\n', '```python\nprint(2)\n```\n', 'The answer is 42.!']);
    const [s] = await sampleWithTools(policy, prompts(1), { ...options, python });
    expect(ran).toEqual(['print(2)\n']);
    expect(decode(s.tokens.filter((_, t) => s.own[t] === 0)).text).toBe('```output\nran 9\n```\n');
  });

  test('runs a program that the prompt had begun already', async () => {
    const ran: string[] = [];
    const python: RunPython = (program) => {
      ran.push(program);
      return printing(program);
    };
    const begun = encode('```python\nx = 4\n');
    const policy = speaking(['print(x)\n```\n', 'The answer is 4.!']);
    const [s] = await sampleWithTools(policy, [[...prompts(1)[0], ...begun]], { ...options, python, begun: [begun] });
    expect(ran).toEqual(['x = 4\nprint(x)\n']);
    expect(decode(s.tokens).text).toBe('print(x)\n```\n```output\nran 15\n```\nThe answer is 4.');
  });

  test('tells of every token, under the number of its prompt', async () => {
    const tokensByRow = new Map<number, number[]>();
    const policy = speaking(['Short.!'], ['```python\nprint(1)\n```\n', 'The answer is 9.!']);
    const samples = await sampleWithTools(policy, prompts(2), {
      ...options,
      drawn: (tokens) => tokens.forEach(({ row, token }) => tokensByRow.set(row, [...(tokensByRow.get(row) ?? []), token])),
    });
    expect([tokensByRow.get(0), tokensByRow.get(1)]).toEqual(samples.map((s) => s.tokens));
  });
});

describe('what the model sees of a program', () => {
  const seen = (result: Partial<ToolResult>) => decode(outputTokens({ kind: 'ok', stdout: '', message: '', ...result })).text;

  test.each<[string, Partial<ToolResult>, string]>([
    ['what it printed', { stdout: '1\n2\n' }, '1\n2\n'],
    ['nothing', {}, ''],
    ['what went wrong', { kind: 'error', stdout: '1\n', message: 'NameError: x' }, '1\nNameError: x\n'],
    ['no end of the output of its own making', { stdout: '```\nThe answer is 7.' }, "'''\nThe answer is 7.\n"],
  ])('%s', (_, result, expected) => expect(seen(result)).toBe(`\`\`\`output\n${expected}\`\`\`\n`));

  test('of much only the beginning', () => expect(seen({ stdout: 'a'.repeat(10_000) }).length).toBeLessThan(430));

  test('a program is what stands between its marks', () => {
    expect(programAtEnd(encode('First.\n```python\nx = 1\nprint(x)\n```\n'))).toBe('x = 1\nprint(x)\n');
    expect(programAtEnd(encode('```python\nprint(1)'))).toBeUndefined();
    expect(programAtEnd(encode('```\n'))).toBeUndefined();
  });
});

test('a demonstration with a program tells what the model wrote from what the tool answered', () => {
  const random = Random.derive(1, 'demonstration');
  const { solution } = tools(1, random);
  const tokens = responseTokens(solution);
  const own = ownTokensOf(tokens)!;
  const written = decode(tokens.filter((_, t) => own[t] === 1)).text;
  const answered = decode(tokens.filter((_, t) => own[t] === 0)).text;
  expect(answered).toMatch(/^```output\n[^`]*```\n?$/);
  expect(written).toContain('print(');
  expect(written).toContain('The answer is');
  expect(solution.replace(answered, '')).toBe(written);
  expect(ownTokensOf(responseTokens('70+13=83. The answer is 83.'))).toBeUndefined();
});
