import { Tensor } from 'onnxruntime-node';
import { compile, type Node } from '../../../src/engine/graph/index.js';

export interface Values {
  data: number[];
  dims: number[];
  type?: 'int32' | 'int64';
}

const tensor = ({ data, dims, type }: Values): Tensor =>
  type === 'int64'
    ? new Tensor('int64', BigInt64Array.from(data, BigInt), dims)
    : type === 'int32'
      ? new Tensor('int32', Int32Array.from(data), dims)
      : new Tensor('float64', Float64Array.from(data), dims);

export type Run = (feeds: Record<string, Values>) => Promise<Record<string, number[]>>;

/** Compiles a graph in float64; the run gives each output as plain numbers. */
export async function compile64(outputs: Record<string, Node>): Promise<Run> {
  const session = await compile(outputs, { threads: 1, precision: 'float64' });
  return async (feeds) => {
    const inputs = Object.fromEntries(session.inputNames.map((name) => [name, tensor(feeds[name])]));
    const out = await session.run(inputs);
    return Object.fromEntries(Object.entries(out).map(([name, t]) => [name, Array.from(t.data as Float64Array)]));
  };
}

/** ∂loss/∂x by central differences at the given elements of one feed. */
export async function centralDifferences(
  loss: Run,
  feeds: Record<string, Values>,
  name: string,
  elements: readonly number[],
  h = 1e-5,
): Promise<number[]> {
  const at = async (i: number, by: number) => {
    const data = feeds[name].data.slice();
    data[i] += by;
    return (await loss({ ...feeds, [name]: { ...feeds[name], data } })).loss[0];
  };
  const slopes: number[] = [];
  for (const i of elements) slopes.push(((await at(i, h)) - (await at(i, -h))) / (2 * h));
  return slopes;
}

/** The same numbers in [low, high) for a seed, none of them round. */
export function numbers(count: number, low = -1, high = 1, seed = 1): number[] {
  return Array.from({ length: count }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return low + (x - Math.floor(x)) * (high - low);
  });
}
