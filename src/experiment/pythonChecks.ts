/** What the python backend can train, and keys that only it has. */
import type { SchemaFinding } from './findings.js';
import { isOfPython } from './rewardTerms.js';
import type { Experiment } from './schema.js';

/** What `grpo_lab.train` has of its own or from TRL; the embedded trainer has all methods. */
const trained: readonly Experiment['method']['name'][] = [
  'pretrain',
  'sft',
  'rft',
  'online-rft',
  'dpo',
  'ppo',
  'grpo',
  'outcome-reward',
  'process-reward',
];

export function checkPython(e: Experiment): SchemaFinding[] {
  const findings: SchemaFinding[] = [];
  const { data, method } = e;
  if (e.command) {
    findings.push({
      path: ['command'],
      at: 'key',
      message: 'The python backend starts no command: write "backend: command", or leave this out.',
    });
  }
  if ('dataset' in data) {
    findings.push({
      path: ['data', 'dataset'],
      at: 'key',
      message: 'data.dataset is for the command backend; the python one draws its questions from data.generator, or reads data.questions.',
    });
  }
  if ('generator' in data && data.generator === 'tools') {
    findings.push({ path: ['data', 'generator'], at: 'value', message: `The python backend runs no programs of models. ${elsewhere}` });
  }
  if (!trained.includes(method.name)) {
    findings.push({ path: ['method', 'name'], at: 'value', message: `The python backend has no ${method.name}. ${elsewhere}` });
  }
  return findings;
}

const elsewhere = 'The embedded trainer has it: leave "backend: python" out.';

/** Keys that mean nothing to the other backends. */
export function checkPythonOnly(e: Experiment): SchemaFinding[] {
  const { policy, data, sampling, reward, python } = e;
  const keys: [SchemaFinding['path'], boolean][] = [
    [['policy', 'dtype'], 'dtype' in policy && policy.dtype !== undefined],
    [['policy', 'lora'], 'lora' in policy && policy.lora !== undefined],
    [['data', 'questions'], 'questions' in data],
    [['sampling', 'engine'], sampling.engine !== undefined],
    [['python'], python !== undefined],
    ...reward.map((r, i): [SchemaFinding['path'], boolean] => [['reward', i, r.term === 'function' ? 'function' : 'term'], isOfPython(r)]),
  ];
  return keys.flatMap(([path, given]) =>
    given
      ? [
          {
            path,
            at: 'key',
            message: `${path.at(-1) === 'python' ? 'python' : path.join('.')} is for the python backend: write "backend: python", or leave it out.`,
          },
        ]
      : [],
  );
}
