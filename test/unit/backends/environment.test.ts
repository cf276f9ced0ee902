import { mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environmentLines, leastMemory } from '../../../src/backends/environment/environmentChecks.js';
import { neededPackages } from '../../../src/backends/environment/neededPackages.js';
import { checkEnvironment } from '../../../src/backends/environment/checkEnvironment.js';
import {
  architectureOf,
  environmentFacts,
  interpreterFacts,
  type EnvironmentFacts,
} from '../../../src/backends/environment/environmentFacts.js';
import { parameterCount } from '../../../src/core/architecture.js';
import { parseExperiment } from '../../../src/experiment/parse.js';

const GiB = 2 ** 30;

function experiment(run: string, launch = '{}') {
  const { experiment, problems } = parseExperiment(`
name: mine
backend: command
policy: { model: model }
method: { name: grpo, group_size: 8 }
data: { dataset: mine }
command: { run: ${run} }
steps: 10
launch: ${launch}
`);
  if (!experiment) throw new Error(problems.map((p) => p.message).join('\n'));
  return experiment;
}
const trl = experiment("['${python}', -m, trl, grpo]");

const qwen = { hidden_size: 896, num_hidden_layers: 24, num_attention_heads: 14, num_key_value_heads: 2, intermediate_size: 4864 };
const policy = architectureOf(JSON.stringify({ ...qwen, vocab_size: 151_936, model_type: 'qwen2' }))!;
const good: EnvironmentFacts = {
  interpreter: {
    command: 'python3',
    found: { version: '3.11.2', packages: { torch: '2.13.0', transformers: '5.24.0', trl: '1.13.0' } },
    why: '',
  },
  gpus: [{ index: 0, name: 'NVIDIA H200', free: 130 * GiB, total: 141 * GiB }],
  disk: { folder: '/data', free: 500 * GiB },
  policy,
};
const states = (facts: EnvironmentFacts, of = trl) => Object.fromEntries(environmentLines(of, facts).map((l) => [l.subject, l.state]));

describe('what stands in the way of a training', () => {
  test('nothing, where all is there', () => {
    expect(states(good)).toEqual({ interpreter: 'fine', packages: 'fine', CUDA: 'fine', 'GPU memory': 'fine', disk: 'fine' });
  });
  test('an interpreter that cannot be started, and what its packages are is then not claimed', () => {
    const lines = environmentLines(trl, { ...good, interpreter: { command: '/no/python', found: null, why: 'ENOENT' } });
    expect(lines[0]).toMatchObject({ subject: 'interpreter', state: 'fails', text: '/no/python cannot be used: ENOENT' });
    expect(lines.map((l) => l.subject)).not.toContain('packages');
  });
  test('packages that a captured training cannot do without, and how to install them', () => {
    const found = { version: '3.11.2', packages: { torch: '2.13.0' } };
    const packages = environmentLines(trl, { ...good, interpreter: { command: 'py', found, why: '' } }).find(
      (l) => l.subject === 'packages',
    );
    expect(packages).toMatchObject({
      state: 'fails',
      text: 'not installed: transformers, trl',
      mend: 'py -m pip install transformers trl',
    });
  });
  test('the python backend needs what it trains with, in the type of its weights', () => {
    const train = (policy: string) => {
      const text = `name: mine\nbackend: python\npolicy: ${policy}\nmethod: { name: grpo }\ndata: { questions: q.jsonl }\nsteps: 1\nsampling: { engine: vllm }\n`;
      return parseExperiment(text).experiment!;
    };
    expect(neededPackages(train('{ model: m, lora: { rank: 4 } }'))).toEqual(['torch', 'transformers', 'trl', 'peft', 'vllm']);
    const [half, whole] = ['bfloat16', 'float32'].map((dtype) => leastMemory(train(`{ model: m, dtype: ${dtype} }`), policy)!);
    // Weights of policy and reference and the gradients are twice as large.
    expect(whole - half).toBeGreaterThan(5.9 * parameterCount(policy));
    expect(states(good, train('{ model: m, lora: { rank: 4 } }'))).toMatchObject({ packages: 'fails', 'GPU memory': 'unknown' });
  });
  test('a command that is captured and runs no TRL does not need it', () => {
    const verl = { ...experiment("['${python}', -m, verl.trainer.main_ppo]") };
    expect(neededPackages({ ...verl, command: { ...verl.command!, capture: true } })).toEqual([]);
  });
  test('a program of its own is not looked into', () => {
    expect(states({ ...good, interpreter: null }, experiment('[./train.sh]'))).toMatchObject({ interpreter: 'unknown' });
  });
  test('PyTorch for processors beside a GPU', () => {
    const found = { version: '3.11.2', packages: { ...good.interpreter!.found!.packages, torch: '2.13.0+cpu' } };
    expect(states({ ...good, interpreter: { command: 'py', found, why: '' } }).CUDA).toBe('fails');
  });
  test('no GPU is no failure, and no memory is compared with nothing', () => {
    expect(states({ ...good, gpus: null })).toMatchObject({ CUDA: 'unknown', 'GPU memory': 'unknown' });
    expect(states({ ...good, gpus: [] })).toMatchObject({ CUDA: 'unknown', 'GPU memory': 'unknown' });
  });
  test('of several GPUs those that the experiment chooses', () => {
    const gpu = good.gpus![0];
    const two = { ...good, gpus: [gpu, { ...gpu, index: 1, free: 1 }] };
    const on = (gpus: string) => states(two, experiment("['${python}', -m, trl, grpo]", `{ target: { name: local, gpus: ${gpus} } }`));
    expect([on('[0]')['GPU memory'], on('[1]')['GPU memory'], on('[]').CUDA]).toEqual(['fine', 'fails', 'unknown']);
    expect(states({ ...good, gpus: [{ ...gpu, free: null }] })['GPU memory']).toBe('unknown');
  });
  test('less free memory than the policy, its reference, gradients and moments take', () => {
    const least = leastMemory(trl, policy)!;
    // Two bf16 models, gradients in bf16 and two fp32 moments: 16 bytes a parameter before activations.
    expect(least).toBeGreaterThan(14 * parameterCount(policy));
    const gpu = good.gpus![0];
    expect(states({ ...good, gpus: [{ ...gpu, free: least }] })['GPU memory']).toBe('fine');
    expect(states({ ...good, gpus: [{ ...gpu, free: least - 1 }] })['GPU memory']).toBe('fails');
  });
  test('a disk that cannot hold one checkpoint', () => {
    const checkpoint = 2 * parameterCount(policy);
    expect(states({ ...good, disk: { folder: '/data', free: Math.max(GiB, checkpoint) } }).disk).toBe('fine');
    expect(states({ ...good, disk: { folder: '/data', free: Math.max(GiB, checkpoint) - 1 } }).disk).toBe('fails');
    expect(states({ ...good, disk: null }).disk).toBe('unknown');
  });
});

test('a config.json of another kind of model gives no architecture', () => {
  expect(policy).toMatchObject({ layers: 24, width: 896, heads: 14, kvHeads: 2, hidden: 4864, vocabulary: 151_936 });
  for (const text of ['', '{}', '[]', '{"hidden_size": "896"}', JSON.stringify({ ...qwen, vocab_size: 0 })])
    expect(architectureOf(text)).toBeNull();
});

describe('on this machine', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'environment-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('what cannot be started says why', async () => {
    expect(await interpreterFacts(join(folder, 'none'))).toMatchObject({ found: null, why: expect.stringContaining('ENOENT') as string });
    const other = join(folder, 'other');
    writeFileSync(other, '#!/bin/sh\necho 5\n');
    chmodSync(other, 0o755);
    expect(await interpreterFacts(other)).toMatchObject({ found: null, why: 'it does not answer as Python 3.8 or newer does' });
  });

  test('the disk of a folder that is not there yet is that of the one above it', async () => {
    const { disk } = await environmentFacts({ python: null, runsDir: join(folder, 'a', 'b'), model: null });
    expect(disk?.folder).toBe(folder);
    expect(disk?.free).toBeGreaterThan(0);
  });

  test('a name on a hub is no folder: nothing is estimated', async () => {
    const start = { experiment: trl, folder, directory: join(folder, 'runs', 'x'), cwd: folder, resume: false };
    const lines = await checkEnvironment(start, join(folder, 'none'));
    expect(lines.find((l) => l.subject === 'GPU memory')).toMatchObject({ state: 'unknown' });
  });
});
