import { expect, test } from 'vitest';
import { endpointEvaluationName, endpointEvaluationText } from '../../../src/experiment/evaluationExperiment.js';
import { parseExperiment } from '../../../src/experiment/parse.js';

const text = endpointEvaluationText({
  url: 'http://localhost:8000/v1',
  model: 'Qwen/Qwen2.5-7B',
  benchmarks: [{ suite: 'gsm', samples: 8 }],
});
const problems = (changed: string): string[] => parseExperiment(changed).problems.map((p) => p.message);

test('what "Evaluate Endpoint…" launches is an experiment without problems', () => {
  const { experiment, problems: found } = parseExperiment(text);
  expect(found).toEqual([]);
  expect(experiment).toMatchObject({ name: 'Qwen2.5-7B-eval', backend: 'endpoint', steps: 1, policy: { endpoint: { at_once: 4 } } });
});

test.each([
  ['trains', text.replace('name: evaluate', 'name: grpo'), 'the method of the endpoint backend is evaluate, not grpo'],
  ['has no server', text.replace(/policy:\n(?: .*\n)+/, 'policy: { preset: nano-2l }\n'), 'needs policy.endpoint, with url and model'],
  ['is for another backend', text.replace('backend: endpoint', 'backend: embedded'), 'is asked by "backend: endpoint"'],
  ['runs elsewhere', `${text}launch: { target: { name: slurm } }\n`, 'asks from this machine, and its key stays here'],
  ['names a password', text.replaceAll('http://localhost', 'http://me:secret@localhost'), 'without a name or password in it'],
  ['names a file', text.replaceAll('http://localhost:8000/v1', 'file:///etc/passwd'), 'begins with http:// or https://'],
  ['asks for programs', text.replace('suite: gsm', 'suite: tools'), 'Programs of a server are not run'],
  [
    'asks for held-out questions of nothing',
    text.replace('suite: gsm', 'suite: held-out'),
    'drawn from data.generator, which is not given',
  ],
  ['shows examples', text.replace('samples: 8', 'shots: 2'), 'leave shots out'],
])('one that %s is refused', (_, changed, message) => {
  expect(changed).not.toBe(text);
  expect(problems(changed).join('\n')).toContain(message);
});

test.each([
  ['Qwen/Qwen2.5-7B-Instruct', 'Qwen2.5-7B-Instruct-eval'],
  ['C:\\models\\tiny.Q4_1.gguf', 'tiny.Q4_1-eval'],
  ['/models/', 'models-eval'],
  ['模型', 'endpoint-eval'],
  ['llama3:8b', 'llama3-8b-eval'],
  ['x'.repeat(500), `${'x'.repeat(59)}-eval`],
])('the experiment of the model %s is called %s', (model, name) => {
  expect(endpointEvaluationName(model)).toBe(name);
  expect(parseExperiment(text.replace('Qwen2.5-7B-eval', name)).problems).toEqual([]);
});
