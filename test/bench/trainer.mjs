// The embedded trainer against PyTorch eager: one GRPO update, and sampling with a cache, on the same model, data and threads.
// Runs are paired and interleaved; ratios are medians of the pairs. Also runs by itself: node test/bench/trainer.mjs
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const python = process.env.GRPO_LAB_PYTHON ?? 'python3';
const threads = Math.min(availableParallelism(), 2);
const aims = { train: 1.05, sample: 1.1 };

const [questions, groupSize, promptLength, steps] = [16, 16, 16, 64];
const optimiser = { learningRate: 1e-5, beta1: 0.9, beta2: 0.95, weightDecay: 0, maxGradNorm: 1 };
const [epsilon, beta] = [0.2, 0.04];

/** The engine as one module, with what this benchmark needs of it. */
async function engine() {
  const outfile = join(root, 'dist', 'bench', 'trainer.mjs');
  const source = ['model/policy', 'model/config', 'methods/surrogate', 'random']
    .map((m) => `export * from './src/engine/${m}.js';`)
    .join('\n');
  await build({
    stdin: { contents: source, resolveDir: root },
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['onnxruntime-node'],
    outfile,
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}

/** A fresh policy, 256 prompts that all differ, and a group of full-length outputs for each. */
async function scene({ Policy, presetConfig, Random, surrogateObjective }, preset) {
  const config = presetConfig(preset, 40);
  const policy = await Policy.create(config, { seed: 1, threads });
  const random = Random.derive(1, 'benchmark');
  const rows = questions * groupSize;
  const ids = (count) => Array.from({ length: count }, () => random.integer(0, config.vocabulary - 1));
  const sequences = Array.from({ length: rows }, () => ({ prompt: ids(promptLength), response: ids(steps) }));
  const prompts = sequences.map((s) => s.prompt);
  const logp = (await policy.score(sequences)).map((s) => [...s.logp]);
  const advantage = sequences.map((_, i) => new Array(steps).fill(i % 2 === 0 ? 1 : -1));
  const batch = { sequences, weights: new Array(rows).fill(1 / (rows * steps)), advantage, logpOld: logp, logpRef: logp };
  const objective = surrogateObjective({ clip: { low: epsilon, high: epsilon }, beta, ratio: 'token', kl: 'k3' });
  const options = { maxTokens: steps, temperature: 1, endToken: -1, random: random.next };
  return {
    ours: { train: () => policy.update(batch, objective, optimiser), sample: () => policy.sample(prompts, options) },
    setup: {
      config,
      threads,
      parameters: [...policy.parameters],
      train: {
        tokens: sequences.map((s) => [...s.prompt, ...s.response]),
        promptLength,
        optimiser,
        epsilon,
        beta,
        advantage,
        logpOld: logp,
        logpRef: logp,
      },
      sample: { prompts, steps },
    },
    dispose: () => policy.dispose(),
  };
}

/** PyTorch in a process of its own, or undefined when it is not installed. */
async function torch(setup) {
  const child = spawn(python, [join(root, 'python', 'fixtures', 'bench_torch.py')], { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (d) => (errors += d));
  child.stdin.on('error', () => undefined); // the exit below says what went wrong
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise((resolve) => child.on('error', resolve).on('close', resolve));
  const answer = async () => {
    const { value, done } = await lines.next();
    return done ? undefined : JSON.parse(value);
  };
  child.stdin.write(`${JSON.stringify(setup)}\n`);
  const hello = await Promise.race([answer(), ended.then(() => undefined)]);
  if (!hello) {
    if (!/No module named 'torch'|ENOENT/.test(errors) && errors) throw new Error(`${python} failed:\n${errors}`);
    return undefined;
  }
  const time = async (what) => {
    child.stdin.write(`${what}\n`);
    return (await answer()).seconds;
  };
  return { ...hello, time, close: () => child.stdin.end() };
}

const median = (xs) => xs.toSorted((a, b) => a - b)[xs.length >> 1];
const seconds = async (work) => {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
};
/** Threads of both runtimes spin for a while after their work: let them come to rest before the other is timed. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 300));

async function compare(what, ours, peer, pairs) {
  const [mine, theirs] = [[], []];
  for (let i = 0; i < pairs; i++) {
    for (const side of i % 2 === 0 ? ['mine', 'theirs'] : ['theirs', 'mine']) {
      await rest();
      if (side === 'mine') mine.push(await seconds(ours[what]));
      else if (peer) theirs.push(await peer.time(what));
    }
  }
  const tokens = questions * groupSize * (what === 'train' ? promptLength + steps - 1 : steps);
  const rate = `${Math.round(tokens / median(mine))} tokens/s (${(median(mine) * 1000).toFixed(0)} ms)`;
  if (!peer) return rate;
  const ratio = median(mine.map((x, i) => x / theirs[i]));
  return `${rate}, PyTorch ${(median(theirs) * 1000).toFixed(0)} ms: ratio ${ratio.toFixed(2)} (aim ≤ ${aims[what]})`;
}

/** Prints the trainer's speed, as a ratio to PyTorch's where PyTorch is installed. */
export async function bench({ preset = 'tiny-4l', pairs = 7 } = {}) {
  const parts = await engine();
  const { ours, setup, dispose } = await scene(parts, preset);
  const peer = await torch(setup);
  console.log(
    peer
      ? `${preset}, ${questions * groupSize} sequences, ${threads} threads, PyTorch ${peer.torch} (${peer.rows} rows at once)`
      : `${python} has no torch: no ratios. Get it with "${python} -m pip install torch==2.13.0 numpy", or name another Python in GRPO_LAB_PYTHON.`,
  );
  try {
    for (const what of ['train', 'sample']) {
      await ours[what]();
      console.log(`${what.padEnd(6)}  ${await compare(what, ours, peer, pairs)}`);
    }
    console.log(`memory  ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB resident`);
  } finally {
    peer?.close();
    await dispose();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench({ preset: process.argv[2] });
