import { Random } from '../random.js';
import { parameterLayout, type ModelConfig } from './modelConfig.js';

/**
 * Initial weights: normal with deviation 1/√rows, so that each product keeps the size of its input;
 * the two matrices that write into the residual stream are smaller by √(2·layers), and the output
 * starts at zero, so that every token is equally likely at first.
 */
export function initialParameters(config: ModelConfig, seed: number): Float32Array {
  const layout = parameterLayout(config);
  const out = new Float32Array(layout.reduce((n, p) => n + p.size, 0));
  const normal = normals(seed);
  for (const p of layout) {
    const deviation = deviationOf(p.name, p.shape[0], config.layers);
    if (deviation > 0) for (let i = 0; i < p.size; i++) out[p.offset + i] = deviation * normal();
  }
  return out;
}

function deviationOf(name: string, rows: number, layers: number): number {
  if (name === 'unembedding' || name === 'score') return 0;
  if (name === 'embedding') return 0.5;
  const intoResidual = name.endsWith('.project') || name.endsWith('.narrow');
  return 1 / Math.sqrt(rows * (intoResidual ? 2 * layers : 1));
}

/** Standard normal numbers, by Box and Muller's transform. */
function normals(seed: number): () => number {
  const { next } = Random.derive(seed, 'initial parameters');
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
