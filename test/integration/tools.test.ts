/** A policy writes programs, the programs run, and it goes on from what they printed: all of it real. */
import { resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { tokenWeights } from '../../src/core/aggregate.js';
import { likelihood } from '../../src/engine/methods/likelihood.js';
import { Policy } from '../../src/engine/model/policy.js';
import { gradeTask } from '../../src/engine/tasks/gradeTask.js';
import { toolSolution } from '../../src/engine/tasks/tools.js';
import { decode, endToken, promptTokens, responseTokens, vocabulary } from '../../src/engine/tokenizer.js';
import { Python } from '../../src/engine/tools/python.js';
import { sampleWithTools } from '../../src/engine/tools/toolSampling.js';
import { shaken } from '../builders/shake.js';

const python = new Python(resolve('dist/pythonWorker.cjs'), { time: 20_000 });
afterAll(() => python.dispose());

test('what was learned from worked solutions is written, run and answered', async () => {
  const policy = await Policy.create({ vocabulary, width: 32, layers: 2, heads: 2, hidden: 64 }, { seed: shaken(1), threads: 1 });
  const problems = [3, 4, 5, 6].map((n) => ({ question: `${n}*7=?`, program: `print(${n}*7)`, answer: String(7 * n) }));
  const sequences = problems.map(({ question, program, answer }) => ({
    prompt: promptTokens(question),
    response: responseTokens(`${toolSolution(program, answer)}The answer is ${answer}.`),
  }));
  const weights = tokenWeights(
    sequences.map((s) => s.response.length),
    'output',
    1,
  );
  const optimiser = { learningRate: 1e-2, beta1: 0.9, beta2: 0.95, weightDecay: 0, maxGradNorm: 1 };
  for (let i = 0; i < 150; i++) await policy.update({ sequences, weights }, likelihood, optimiser);

  const options = { maxTokens: 120, temperature: 0, endToken, random: () => 0, programs: 3 };
  const prompts = sequences.map((s) => s.prompt);
  const samples = await sampleWithTools(policy, prompts, { ...options, python: python.run });
  for (const [i, { tokens, own, finish, logp }] of samples.entries()) {
    const { text } = decode(tokens);
    expect(text).toBe(`${toolSolution(problems[i].program, problems[i].answer)}The answer is ${problems[i].answer}.`);
    expect(gradeTask(text, { answer: problems[i].answer, convention: 'tool' }).verdict).toBe('equal');
    expect(finish).toBe('stop');
    expect(decode(tokens.filter((_, t) => own[t] === 0)).text).toBe(`\`\`\`output\n${problems[i].answer}\n\`\`\`\n`);
    // Log-probabilities of later rounds are those of the whole text so far.
    const [{ logp: scored }] = await policy.score([{ prompt: prompts[i], response: tokens }]);
    tokens.forEach((_, t) => expect(logp[t]).toBeCloseTo(own[t] === 1 ? scored[t] : 0, 3));
  }

  // What stands there is what the program printed, not what the policy would have.
  const lying = await sampleWithTools(policy, prompts, {
    ...options,
    python: () => Promise.resolve({ kind: 'ok', stdout: '99\n', message: '' }),
  });
  for (const { tokens } of lying) expect(decode(tokens).text).toContain('```output\n99\n```\n');
  await policy.dispose();
});
