import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parse.js';

const base = `name: e
backend: python
policy: { from: base }
data: { generator: arithmetic }
method: { name: grpo }
steps: 3
`;
const problems = (text: string) => parseExperiment(text).problems.map((p) => `${p.range.start.line}: ${p.message}`);

describe('the python backend', () => {
  test('takes an experiment of the embedded trainer as it is', () => {
    expect(problems(base)).toEqual([]);
  });

  test('takes what a real policy needs', () => {
    const text = `name: e
backend: python
policy: { model: models/mine, dtype: bfloat16, lora: { rank: 8 } }
data: { questions: train.jsonl }
reward:
  - { term: correct }
  - { term: function, function: 'mine:brevity', weight: 0.1 }
  - { term: function, function: 'mine:politeness', weight: 0.1 }
method: { name: sft }
sampling: { engine: vllm }
python: { batch: 4, gradient_checkpointing: true }
steps: 3
`;
    const { experiment, problems: found } = parseExperiment(text);
    expect(found).toEqual([]);
    expect(experiment?.policy).toMatchObject({ lora: { rank: 8, alpha: 32, targets: 'all-linear' } });
    expect(experiment?.python).toEqual({ batch: 4, gradient_checkpointing: true });
  });

  test('says what it has not, and who has it', () => {
    expect(problems(base.replace('name: grpo', 'name: grpo, kl: k1, dynamic_sampling: true'))).toEqual([]);
    const verified = `${base}reward: [{ term: math_verify }]\n`;
    expect(problems(verified)).toEqual([]);
    expect(problems(verified.replace('backend: python\n', ''))).toContainEqual(
      expect.stringMatching(/reward\.0\.term is for the python backend/),
    );
    expect(problems(base.replace('generator: arithmetic', 'dataset: gsm8k'))).toEqual([
      expect.stringMatching(/^4: data.dataset is for the command backend/),
    ]);
    expect(problems(base.replace('generator: arithmetic', 'generator: tools'))).toEqual([expect.stringMatching(/^4: .* runs no programs/)]);
    expect(problems(`${base}command: { run: [python] }\n`)).toEqual([expect.stringMatching(/^7: The python backend starts no command/)]);
  });

  test('takes reward models of its own, for outcomes and for steps', () => {
    const judged = `${base}reward: [{ term: correct }, { term: reward_model, from: judge }]\n`;
    expect(problems(judged)).toEqual([]);
    expect(problems(judged.replace('name: grpo', 'name: grpo, supervision: process'))).toEqual([]);
    expect(problems(base.replace('name: grpo', 'name: grpo, supervision: process'))).toEqual([
      expect.stringMatching(/needs a process reward model/),
    ]);
    expect(problems(base.replace('name: grpo', 'name: evaluate'))).toContainEqual(
      expect.stringMatching(/The python backend has no evaluate/),
    );
  });

  test('alone has certain keys', () => {
    const embedded = base.replace('backend: python\n', '');
    const only = (key: string) => new RegExp(`${key} is for the python backend: write "backend: python"`);
    expect(problems(`${embedded}python: { batch: 4 }\nsampling: { engine: vllm }\n`)).toEqual([
      expect.stringMatching(only('python')),
      expect.stringMatching(only('sampling.engine')),
    ]);
    expect(problems(embedded.replace('from: base', 'from: base, dtype: float32'))).toEqual([expect.stringMatching(only('policy.dtype'))]);
    expect(problems(embedded.replace('generator: arithmetic', 'questions: a.jsonl'))).toEqual([
      expect.stringMatching(only('data.questions')),
    ]);
    expect(problems(`${embedded}reward: [{ term: function, function: 'a:b' }]\n`)).toEqual([
      expect.stringMatching(only('reward.0.function')),
    ]);
  });

  test('the same function twice is one too many', () => {
    const twice = `${base}reward: [{ term: function, function: 'a:b' }, { term: function, function: 'c:b' }]\n`;
    expect(problems(twice)).toEqual([expect.stringMatching(/The reward term "b" is listed twice/)]);
    expect(problems(`${base}reward: [{ term: function, function: 'a b' }]\n`)).toEqual([expect.stringMatching(/module:function/)]);
  });
});
