import { describe, expect, test } from 'vitest';
import * as ops from '../../../src/engine/graph/index.js';
import { Graph, gradients, mul, sumAll, type Node, type Shape } from '../../../src/engine/graph/index.js';
import { centralDifferences, compile64, numbers, type Values } from './float64.js';

const size = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

interface Case {
  /** Shapes of the float inputs a, b, …; differentiated with respect to all of them. */
  inputs: number[][];
  build: (...nodes: Node[]) => Node;
  /** Range the inputs are drawn from. */
  range?: [number, number];
  /** Axes of the first input whose size is left open until the run, by name. */
  open?: Shape;
  /** Integer inputs, by name. */
  ids?: Record<string, Values>;
}

/** Compares every element of every gradient with central differences, for a weighted sum of the operation's output. */
async function check({ inputs, build, range = [-1, 1], open, ids = {} }: Case): Promise<void> {
  const g = new Graph();
  const nodes = inputs.map((dims, i) => g.input('abc'[i], i === 0 && open ? open : dims));
  const y = build(...nodes);
  const output = await compile64({ y });
  const feeds: Record<string, Values> = { ...ids };
  inputs.forEach((dims, i) => (feeds['abc'[i]] = { data: numbers(size(dims), ...range, i + 1), dims }));
  const count = (await output(feeds)).y.length;
  const weight = g.input('weight', y.shape);
  const loss = sumAll(mul(y, weight));
  const slopes = gradients(loss, nodes);
  const known = y.shape.map((d) => (typeof d === 'number' ? d : -1));
  const missing = count / size(known.filter((d) => d > 0));
  feeds.weight = { data: numbers(count, -1, 1, 9), dims: known.map((d) => (d < 0 ? missing : d)) };
  const run = await compile64({ loss, ...Object.fromEntries(slopes.map((s, i) => [`d${'abc'[i]}`, s])) });
  const analytic = await run(feeds);
  for (const [i, dims] of inputs.entries()) {
    const name = 'abc'[i];
    const numeric = await centralDifferences(run, feeds, name, [...Array(size(dims)).keys()]);
    expect(numeric.some((x) => Math.abs(x) > 1e-3)).toBe(true);
    numeric.forEach((x, at) => expect(analytic[`d${name}`][at], `∂/∂${name}[${at}]`).toBeCloseTo(x, 7));
  }
}

const positions: Record<string, Values> = { positions: { data: [0, 1, 5, 2, 3, 4], dims: [3, 2], type: 'int64' } };
const tables = (g: Graph): [Node, Node, Node] => [g.input('positions', [3, 2], 'int64'), g.input('cos', [6, 2]), g.input('sin', [6, 2])];
const angles = numbers(12, 0, 3, 4);
const rotation = { cos: { data: angles.map(Math.cos), dims: [6, 2] }, sin: { data: angles.map(Math.sin), dims: [6, 2] } };

const pairing: Record<string, Values> = { partner: { data: [1, 0, 3, 2], dims: [4], type: 'int64' } };

const cases: Record<string, Case> = {
  'sigmoid, far into both tails': { inputs: [[3, 3]], range: [-8, 8], build: ops.sigmoid },
  'softplus, far into both tails': { inputs: [[3, 3]], range: [-8, 8], build: ops.softplus },
  'paired, each column beside the other of its pair': {
    inputs: [[2, 4]],
    ids: pairing,
    build: (a) => ops.mul(a, ops.paired(a, a.graph.input('partner', [4], 'int64'))),
  },
  add: {
    inputs: [
      [2, 3],
      [2, 3],
    ],
    build: ops.add,
  },
  'add, stretching either side': {
    inputs: [
      [2, 1, 3],
      [4, 1],
    ],
    build: ops.add,
  },
  sub: { inputs: [[2, 3], [3]], build: ops.sub },
  mul: {
    inputs: [
      [2, 3],
      [2, 1],
    ],
    build: ops.mul,
  },
  'mul of a node by itself': { inputs: [[2, 3]], build: (a) => ops.mul(a, a) },
  div: {
    inputs: [
      [2, 3],
      [2, 3],
    ],
    build: ops.div,
    range: [0.5, 2],
  },
  'number on the left': { inputs: [[4]], build: (a) => ops.sub(1, ops.div(2, a)), range: [0.5, 2] },
  min: {
    inputs: [
      [3, 4],
      [3, 4],
    ],
    build: ops.min,
  },
  neg: { inputs: [[5]], build: ops.neg },
  exp: { inputs: [[5]], build: ops.exp },
  sqrt: { inputs: [[5]], build: ops.sqrt, range: [0.5, 2] },
  rsqrt: { inputs: [[5]], build: ops.rsqrt, range: [0.5, 2] },
  square: { inputs: [[5]], build: ops.square },
  relu: { inputs: [[9]], build: ops.relu },
  squaredRelu: { inputs: [[9]], build: ops.squaredRelu },
  'clip, values on both sides and inside': { inputs: [[24]], build: (a) => ops.clip(a, -0.4, 0.3) },
  sum: { inputs: [[2, 3, 4]], build: (a) => ops.sum(a, [0, 2]) },
  mean: { inputs: [[2, 3]], build: ops.mean },
  rmsNorm: { inputs: [[2, 5]], build: (a) => ops.rmsNorm(a) },
  softmax: { inputs: [[2, 5]], build: ops.softmax },
  logSoftmax: { inputs: [[2, 5]], build: ops.logSoftmax },
  entropy: { inputs: [[2, 5]], build: (a) => ops.entropy(ops.logSoftmax(a)) },
  reshape: { inputs: [[2, 6]], build: (a) => ops.reshape(a, [3, 4]) },
  'reshape of an open axis': { inputs: [[3, 4, 6]], open: ['T', 4, 6], build: (a) => ops.reshape(a, ['T', 8, 3]) },
  transpose: { inputs: [[2, 3, 4]], build: (a) => ops.transpose(a, [2, 0, 1]) },
  'transpose of a transpose': { inputs: [[2, 3, 4]], build: (a) => ops.mul(ops.transpose(ops.transpose(a, [2, 0, 1]), [1, 0, 2]), 2) },
  expand: {
    inputs: [
      [2, 1],
      [2, 3],
    ],
    build: (a, b) => ops.mul(ops.expand(a, b), b),
  },
  append: {
    inputs: [
      [2, 3],
      [2, 1],
    ],
    build: ops.append,
  },
  'append to an open axis': {
    inputs: [
      [2, 3],
      [2, 1],
    ],
    open: [2, 'T'],
    build: ops.append,
  },
  withoutLast: { inputs: [[2, 4]], build: (a) => ops.withoutLast(a, 1, 3) },
  onlyLast: { inputs: [[2, 4]], build: (a) => ops.onlyLast(a, 1) },
  'matmul of matrices': {
    inputs: [
      [2, 3],
      [3, 4],
    ],
    build: ops.matmul,
  },
  'matmul of a stack by one matrix': {
    inputs: [
      [3, 2, 3],
      [3, 4],
    ],
    open: ['T', 2, 3],
    build: ops.matmul,
  },
  'matmul of stacks': {
    inputs: [
      [2, 3, 4],
      [2, 4, 5],
    ],
    build: ops.matmul,
  },
  rowsOf: {
    inputs: [[5, 3]],
    build: (table) => ops.rowsOf(table, table.graph.input('ids', [2, 3], 'int32')),
    ids: { ids: { data: [0, 4, 4, 1, 0, 2], dims: [2, 3], type: 'int32' } },
  },
  rotary: {
    inputs: [[3, 2, 8]],
    build: (x) => ops.rotary(x, ...tables(x.graph), 2),
    ids: { ...positions, ...rotation },
  },
};

describe('gradient rules agree with central differences in float64', () => {
  for (const [name, c] of Object.entries(cases)) test(name, () => check(c));
});

test('where a minimum is a tie, the gradient reaches one side once', async () => {
  const g = new Graph();
  const [a, b] = [g.input('a', [1]), g.input('b', [1])];
  const [da, db] = gradients(sumAll(ops.min(a, b)), [a, b]);
  const run = await compile64({ da, db });
  expect(await run({ a: { data: [2], dims: [1] }, b: { data: [2], dims: [1] } })).toEqual({ da: [1], db: [0] });
});

describe('mistakes are named', () => {
  test('shapes that do not fit', () => {
    const g = new Graph();
    expect(() => ops.add(g.input('a', [2, 3]), g.input('b', [4]))).toThrow('Shapes [2, 3] and [4] do not broadcast.');
    expect(() => ops.matmul(g.input('a', [2, 3]), g.input('c', [4, 5]))).toThrow('No matrix product of [2, 3] and [4, 5].');
    expect(() => ops.reshape(g.input('d', ['T', 'B', 4]), ['X', 'Y', 4])).toThrow('only one axis may be left open');
  });

  test('a parameter the loss does not depend on', () => {
    const g = new Graph();
    const [a, b] = [g.input('a', [2]), g.input('unused', [2])];
    expect(() => gradients(sumAll(a), [b])).toThrow('The loss does not depend on parameter unused.');
    expect(() => gradients(a, [a])).toThrow('The loss must be a scalar, not [2].');
  });

  test('one input name for two shapes, and nodes of two graphs', () => {
    const g = new Graph();
    g.input('a', [2]);
    expect(() => g.input('a', [3])).toThrow('Input "a" is already float [2].');
    expect(() => ops.add(g.input('a', [2]), new Graph().input('a', [2]))).toThrow('belong to another graph');
  });
});

test('an output may not take the name of an input', () => {
  const g = new Graph();
  const a = g.input('a', [2]);
  expect(() => ops.serialise({ a: ops.neg(a) })).toThrow('"a" is an input of the graph');
});

test('equal operations on equal inputs are one node', () => {
  const g = new Graph();
  const a = g.input('a', [2]);
  expect(ops.exp(ops.mul(a, 2))).toBe(ops.exp(ops.mul(a, 2)));
  expect(ops.clip(a, 0, 1)).not.toBe(ops.clip(a, 0, 2));
});
