import { spawnSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generatedSource } from '../../../../src/engine/corpus/generatedSource.js';
import { beginning } from '../../../../src/engine/corpus/textSource.js';
import { algebra } from '../../../../src/engine/corpus/text/algebraText.js';
import { arxiv } from '../../../../src/engine/corpus/text/arxiv.js';
import { code } from '../../../../src/engine/corpus/text/code.js';
import { mathWeb } from '../../../../src/engine/corpus/text/mathWeb.js';
import { Random } from '../../../../src/engine/random.js';
import { splitOf } from '../../../../src/engine/tasks/taskQuestions.js';
import { textSources } from '../../../../src/experiment/mixtureSchema.js';
import type { TextGenerator } from '../../../../src/engine/corpus/text/text.js';
import { noPython, python } from '../../../builders/python.js';

const many = (write: TextGenerator, n: number): string[] => {
  const random = Random.derive(1, 'text test');
  return Array.from({ length: n }, () => write(random));
};

const documents = (source: (typeof textSources)[number], n: number, seed = 1): string[] => {
  const from = generatedSource(source, 0.1, seed);
  let at = beginning;
  return Array.from({ length: n }, () => {
    const { text, next } = from.next(at);
    at = next;
    return text;
  });
};

describe.each(textSources)('%s', (source) => {
  test('trains on documents that no benchmark has, the same again for a seed, others for another', () => {
    const train = documents(source, 300);
    expect(documents(source, 300)).toEqual(train);
    expect(documents(source, 300, 2)).not.toEqual(train);
    const from = generatedSource(source, 0.1, 1);
    const [heldOutTexts, validation] = [from.heldOut('held-out', 50), from.heldOut('validation', 50)];
    for (const texts of [heldOutTexts, validation]) expect(new Set(texts).size).toBe(50);
    const measured = new Set([...heldOutTexts, ...validation]);
    expect(measured.size).toBe(100);
    expect(train.filter((text) => measured.has(text))).toEqual([]);
    expect(generatedSource(source, 0.1, 2).heldOut('held-out', 50)).toEqual(heldOutTexts);
  });
});

test('a page of the mathematical web holds questions of its split alone: later stages can measure on the others', () => {
  const random = Random.derive(1, 'web');
  const questions = (page: string): string[] => {
    const marked = [...page.matchAll(/^(?:Question: |Problem \d\. )(.*)$/gm)].map((m) => m[1]);
    return marked.length > 0 ? marked : [page.split('\n')[0]];
  };
  fc.assert(
    fc.property(fc.constantFrom('train' as const, 'held-out' as const, 'validation' as const), (split) => {
      const found = questions(mathWeb(random, split, 0.2));
      for (const q of found) expect(splitOf(q, 0.2)).toBe(split);
    }),
  );
});

/** What `3*(4) - (-2)**2` is, by JavaScript's own arithmetic and apart from the generators. */
function value(expression: string): number {
  if (!/^[\d\s+\-*/()%]+$/.test(expression)) throw new Error(expression);
  return runInNewContext(expression) as number;
}

test('every line of an algebraic derivation says the same, at any value of the letter', () => {
  for (const text of many(algebra, 300)) {
    const solve = /^solve (.*) = (-?\d+) for ([a-z])\n/.exec(text);
    if (solve) {
      const solution = /= (-?\d+)$/.exec(text)![1];
      expect(value(solve[1].replaceAll(solve[3], `(${solution})`))).toBe(Number(solve[2]));
    } else if (text.startsWith('expand')) {
      const sides = text.split('\n').map((line) => line.replace(/^(expand|factor|=) /, '').replaceAll('^2', '**2'));
      for (const x of [-3, 0, 5, 11]) {
        const values = sides.map((side) => value(side.replaceAll(/[xyz]/g, `(${x})`)));
        expect(new Set(values).size).toBe(1);
      }
    } else {
      for (const [, left, relation, right] of text.matchAll(/: ([\d\s+*%]+) ([=<]) (\d+) :=/g)) {
        if (relation === '=') expect(value(left)).toBe(Number(right));
        else expect(value(left)).toBeLessThan(Number(right));
      }
    }
  }
});

test('what a LaTeX paragraph computes is right', () => {
  let checked = 0;
  for (const text of many(arxiv, 300)) {
    const sum = /a_k = (\d*)k \+ (\d+)\$.*For \$n = (\d+)\$ the sum is \$(\d+)\$/s.exec(text);
    if (sum) {
      const [d, c, n, total] = sum.slice(1).map((s) => Number(s || 1));
      let expected = 0;
      for (let k = 1; k <= n; k++) expected += d * k + c;
      expect(total).toBe(expected);
      checked++;
    }
    const quadratic = /x\^2 - (\d+)x \+ (\d+)\$.*x = (\d+)\$ and \$x = (\d+)\$/s.exec(text);
    if (quadratic) {
      const [b, c, ...roots] = quadratic.slice(1).map(Number);
      for (const x of roots) expect(x * x - b * x + c).toBe(0);
      checked++;
    }
    for (const [, a, b, c, m, q] of text.matchAll(/\$(\d+) \+ (\d+) = (\d+) = (\d+) \\cdot (\d+)\$/g)) {
      expect(Number(a) + Number(b)).toBe(Number(c));
      expect(Number(m) * Number(q)).toBe(Number(c));
      checked++;
    }
    expect((text.match(/\\begin/g) ?? []).length).toBe((text.match(/\\end/g) ?? []).length);
  }
  expect(checked).toBeGreaterThan(150);
});

test('the programs run in Python, and their assertions hold', ({ skip }) => {
  skip(python === undefined, noPython);
  const { status, stderr } = spawnSync(python!, ['-'], {
    input: `import json\nfor text in json.loads(${JSON.stringify(JSON.stringify(many(code, 200)))}):\n    exec(text, {"print": lambda *a: None})\n`,
  });
  expect(stderr.toString()).toBe('');
  expect(status).toBe(0);
});
