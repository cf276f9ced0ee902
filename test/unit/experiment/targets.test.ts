import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parse.js';
import { pythonCommand } from '../../../src/experiment/pythonCommand.js';
import { grpoFile } from './files.js';

const messages = (text: string): string[] => parseExperiment(text).problems.map((p) => p.message);
const command = (run: string, launch: string): string => `name: mine
backend: command
policy: { model: m }
data: { dataset: d }
method: { name: grpo }
steps: 3
command: { run: ${run} }
launch: ${launch}
`;

test('a file that names no target runs on this machine, in one process', () => {
  expect(parseExperiment(grpoFile).experiment?.launch.target).toEqual({
    name: 'local',
    processes: 1,
    launcher: 'torchrun',
    launcher_args: [],
  });
});

test('several processes need a command of Python', () => {
  const target = '{ target: { name: local, processes: 2 } }';
  expect(messages(command("['${python}', -u, train.py]", target))).toEqual([]);
  expect(messages(command('[/opt/venv/bin/python3.12, -m, mine.train]', target))).toEqual([]);
  expect(messages(command('[./train.sh]', target))).toEqual([expect.stringMatching(/^torchrun starts a script or module of Python/)]);
  expect(messages(command("['${python}', -c, 'print(1)']", target))).toHaveLength(1);
  expect(messages(`${grpoFile}launch: ${target}\n`)).toEqual([expect.stringMatching(/^The embedded trainer is one process/)]);
});

test('GPUs are chosen in one place', () => {
  const text = command("['${python}', train.py]", "{ env: { CUDA_VISIBLE_DEVICES: '1' }, target: { name: local, gpus: [0] } }");
  expect(messages(text)).toEqual(['launch.target.gpus says which GPUs are seen: keep one of the two.']);
});

test('an unknown target is told with those that there are', () => {
  expect(messages(`${grpoFile}launch: { target: { name: locl } }\n`)).toEqual([
    expect.stringMatching(/^launch\.target\.name: "locl" is not known; did you mean "local"\?/),
  ]);
});

describe('where the program begins in a command of Python', () => {
  test.each([
    ['python train.py --a', 1, 2],
    ['python3.11 -u -X dev -m mine.train --a', 4, 3],
    ['/venv/bin/python -W ignore train.py', 3, 1],
  ])('%s', (line, interpreter, program) => {
    const parts = pythonCommand(line.split(' '))!;
    expect([parts.interpreter.length, parts.program.length]).toEqual([interpreter, program]);
    expect([...parts.interpreter, ...parts.program].join(' ')).toBe(line);
  });
  test.each(['bash train.sh', 'python', 'python -c pass', 'python -', 'pythonic train.py'])('none: %s', (line) => {
    expect(pythonCommand(line.split(' '))).toBeUndefined();
  });
});

test('over ssh a command runs that writes its own run, or is captured; the embedded trainer and followed files do not', () => {
  const target = '{ target: { name: ssh, host: box, folder: /lab } }';
  expect(messages(command("['${python}', train.py]", target))).toEqual([]);
  expect(messages(`${grpoFile}launch: ${target}\n`)).toEqual([expect.stringMatching(/^The backend embedded needs Node/)]);
  expect(messages(command("['${python}', train.py], watch: [{ path: out }]", target))).toEqual([
    expect.stringMatching(/^Files of a trainer are not followed over ssh/),
  ]);
  expect(messages(command('[x]', '{ target: { name: ssh, host: -oProxyCommand=id, folder: lab } }'))).toEqual([
    expect.stringContaining('write the name of a host in your ssh config'),
    expect.stringContaining('write an absolute folder'),
  ]);
});
