/** The shape of a decoder-only transformer, as far as its memory depends on it. */
export interface Architecture {
  layers: number;
  /** Width of the residual stream. */
  width: number;
  heads: number;
  /** Heads of keys and values; fewer than `heads` with grouped-query attention. */
  kvHeads: number;
  /** Width of the feed-forward layer. */
  hidden: number;
  vocabulary: number;
  /** llama: gated feed-forward (three matrices) and norms with gains. plain: two matrices, norms without gains, as in the embedded trainer. */
  block: 'llama' | 'plain';
}

/** Sizes of the embedded trainer's presets; its tokenizer has 204 tokens. */
export const tinySizes = {
  'nano-2l': { width: 64, layers: 2, heads: 4, hidden: 256 },
  'tiny-2l': { width: 128, layers: 2, heads: 4, hidden: 384 },
  'tiny-4l': { width: 128, layers: 4, heads: 4, hidden: 512 },
} as const;

const tiny = (preset: keyof typeof tinySizes): Architecture => {
  const size = tinySizes[preset];
  return { ...size, kvHeads: size.heads, vocabulary: 204, block: 'plain' };
};

/** Models that are known by name, as their published configurations say; the presets of an experiment file among them. */
export const architectures = {
  'DeepSeekMath 7B': { layers: 30, width: 4096, heads: 32, kvHeads: 32, hidden: 11_008, vocabulary: 102_400, block: 'llama' },
  'DeepSeek-Coder 1.3B': { layers: 24, width: 2048, heads: 16, kvHeads: 16, hidden: 5504, vocabulary: 32_256, block: 'llama' },
  'Llama 3.1 8B': { layers: 32, width: 4096, heads: 32, kvHeads: 8, hidden: 14_336, vocabulary: 128_256, block: 'llama' },
  'Llama 3.1 70B': { layers: 80, width: 8192, heads: 64, kvHeads: 8, hidden: 28_672, vocabulary: 128_256, block: 'llama' },
  'tiny-4l': tiny('tiny-4l'),
  'nano-2l': tiny('nano-2l'),
  'tiny-2l': tiny('tiny-2l'),
} as const satisfies Record<string, Architecture>;

/** Weights of embedding and unembedding (not tied), attention, feed-forward and norms. */
export function parameterCount({ layers, width, heads, kvHeads, hidden, vocabulary, block }: Architecture): number {
  const attention = 2 * width * width + 2 * width * width * (kvHeads / heads);
  const feedForward = (block === 'llama' ? 3 : 2) * width * hidden;
  const gains = block === 'llama' ? width : 0;
  return layers * (attention + feedForward + 2 * gains) + 2 * vocabulary * width + gains;
}

/**
 * A plausible Llama-style architecture of about so many parameters: width = 128 · layers with heads of 128
 * (7B models have 30 to 32 layers of width 4096), and a vocabulary that takes at most about a third of the weights.
 * Larger models get no smaller dimension in anything.
 * @param parameters at least 1
 */
export function deriveArchitecture(parameters: number): Architecture {
  const head = 128;
  const vocabulary = Math.min(102_400, Math.max(64, Math.round(parameters ** (2 / 3) / 13.2)));
  // parameters = 12 · layers · width² + 2 · vocabulary · width, in the number of layers: rising, so bisection finds it.
  const size = (layers: number): number => 12 * head * head * layers ** 3 + 2 * vocabulary * head * layers;
  let [low, high] = [0, 10_000];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (size(middle) < parameters) low = middle;
    else high = middle;
  }
  const layers = Math.max(1, Math.round(low));
  const width = head * layers;
  return { layers, width, heads: layers, kvHeads: layers, hidden: 64 * Math.round((8 / 3) * (width / 64)), vocabulary, block: 'llama' };
}
