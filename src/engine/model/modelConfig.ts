import { tinySizes } from '../../core/architecture.js';

/** Size of a decoder-only transformer. `width` must be divisible by 2·heads. */
export interface ModelConfig {
  /** Number of token ids. */
  vocabulary: number;
  width: number;
  layers: number;
  heads: number;
  /** Width of the feed-forward layer. */
  hidden: number;
}

export type Preset = keyof typeof tinySizes;

/** A preset of the experiment file: with 40 characters 0.1M, 0.34M or 0.8M parameters. */
export const presetConfig = (preset: Preset, vocabulary: number): ModelConfig => ({ vocabulary, ...tinySizes[preset] });

/** One weight matrix [rows, columns] and its place in the flat parameter array. */
export interface ParameterSpec {
  name: string;
  shape: readonly [number, number];
  offset: number;
  size: number;
}

/** What a model says of each position: a distribution over the next token (a policy), or one number (a value or reward model). */
export type Head = 'tokens' | 'scalar';

/**
 * Every parameter, in the order of the flat array. All are matrices applied as x·W:
 * norms have no gains and layers no biases, since the matrix that follows can hold both.
 * The head comes last, so that models with different heads share all that is before it.
 */
export function parameterLayout(config: ModelConfig, head: Head = 'tokens'): ParameterSpec[] {
  const { vocabulary, width, layers, heads, hidden } = config;
  if (width % (2 * heads) !== 0) throw new Error(`A width of ${width} does not split into ${heads} heads of even size.`);
  const shapes: [string, readonly [number, number]][] = [['embedding', [vocabulary, width]]];
  for (let l = 0; l < layers; l++) {
    for (const w of ['query', 'key', 'value', 'project']) shapes.push([`layer${l}.${w}`, [width, width]]);
    shapes.push([`layer${l}.widen`, [width, hidden]], [`layer${l}.narrow`, [hidden, width]]);
  }
  shapes.push(head === 'tokens' ? ['unembedding', [width, vocabulary]] : ['score', [width, 1]]);
  let offset = 0;
  return shapes.map(([name, shape]) => {
    const size = shape[0] * shape[1];
    const spec = { name, shape, offset, size };
    offset += size;
    return spec;
  });
}

export const parameterCount = (config: ModelConfig, head: Head = 'tokens'): number =>
  parameterLayout(config, head).reduce((n, p) => n + p.size, 0);
