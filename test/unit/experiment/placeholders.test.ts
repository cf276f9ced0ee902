import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parse.js';
import { fillPlaceholders } from '../../../src/experiment/placeholders.js';

const around = { python: '/usr/bin/python3', run_dir: '/runs/a b', threads: '2' };

const text = (run: string, watch = 'out') => `name: mine
backend: command
command:
  run: [${run}]
  watch: [{ path: "${watch}", format: trl }]
policy: { model: models/tiny }
method: { name: grpo, group_size: 8 }
data: { dataset: questions.jsonl }
steps: 3
`;

const problems = (source: string) => parseExperiment(source).problems.map((p) => `${p.range.start.line}: ${p.message}`);

function experimentOf(source: string) {
  const { experiment, problems } = parseExperiment(source);
  if (!experiment) throw new Error(problems.map((p) => p.message).join('\n'));
  return experiment;
}

describe('a command says once what the experiment says', () => {
  test('keys, surroundings and dollar signs are filled in', () => {
    const experiment = experimentOf(text('python'));
    const fill = (s: string) => fillPlaceholders(s, experiment, around);
    expect(fill('${python}')).toBe('/usr/bin/python3');
    expect(fill('--num_generations=${method.group_size}')).toBe('--num_generations=8');
    expect(fill('${run_dir}/out')).toBe('/runs/a b/out');
    expect(fill('$$HOME costs $5')).toBe('$HOME costs $5');
    expect(fill('--model ${policy.model}; rm -rf ~')).toBe('--model models/tiny; rm -rf ~');
  });

  test.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', 'method.constructor', 'method.toString'])(
    'what every object has stands for nothing: %s',
    (name) => {
      expect(problems(text(`'\${${name}}'`)).join()).toContain(name);
      expect(() => fillPlaceholders(`\${${name}}`, experimentOf(text('python')), around)).toThrow('stands for nothing');
    },
  );

  test('what stands for nothing is told at its place', () => {
    expect(problems(text('python, "--n=${method.groupsize}"'))).toEqual([
      '4: ${method.groupsize} stands for nothing: name a key of this file that has a plain value, or one of python, run_dir, threads.',
    ]);
    expect(problems(text('python', '${constructor.name}'))).toHaveLength(1);
    expect(() => fillPlaceholders('${method}', experimentOf(text('python')), around)).toThrow(/stands for nothing/);
  });

  test('each backend names what the other does not understand', () => {
    const command = text('python');
    expect(problems(command.replace('backend: command\n', ''))).toHaveLength(3);
    expect(problems(command.replace(/command:\n.*\n.*\n/, ''))).toEqual([
      '2: The command backend needs the key command, with run (what to start) and, unless that writes the run itself, watch (what it writes).',
    ]);
    expect(problems(command.replace('model: models/tiny', 'from: arith-sft'))[0]).toMatch(/^\d+: The command backend cannot read/);
  });
});
