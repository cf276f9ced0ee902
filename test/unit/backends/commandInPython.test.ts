import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backends } from '../../../src/backends/backends.js';
import { parseExperiment } from '../../../src/experiment/parse.js';
import { type Backends, placeOn } from '../../../src/launch/backend.js';
import { programsIn } from '../../../src/launch/ownPrograms.js';
import { SshTarget } from '../../../src/launch/targets/ssh/sshTarget.js';
import { grpoFile } from '../experiment/files.js';

const ours = backends({ distFolder: '/app/dist' });

const program = (command: string, target = ''): ReturnType<Backends['trainer']> => {
  const text = `name: mine
backend: command
policy: { model: m }
data: { dataset: d }
method: { name: grpo }
steps: 3
command: { ${command} }
traces: { groups: with-signal, every: 2 }
launch: { env: { PYTHONPATH: /mine }, target: { name: ssh, host: box, folder: /lab, python: /venv/bin/python${target} } }
`;
  const { experiment, problems } = parseExperiment(text);
  if (!experiment) throw new Error(problems.map((p) => p.message).join('\n'));
  return ours.trainer(experiment, placeOn(new SshTarget(programsIn('/app/dist')), experiment.launch.target, '/me/runs/a-1'), '/me/project');
};

test('where only Python is, the command is started by the Python package, which comes along with the files that are named', async () => {
  const started = await program(
    "run: ['${python}', train.py, '${run_dir}/out'], resume: [--resume], cwd: src, stop_grace: 5",
    ', files: [src, ../lib]',
  );
  expect(started).toMatchObject({
    argv: [
      ...[
        '/venv/bin/python',
        '-m',
        'grpo_lab.command',
        '--run',
        '/lab/me/runs/a-1',
        '--cwd',
        '/lab/me/project/src',
        '--stop-grace',
        '5',
        '--',
      ],
      ...['/venv/bin/python', 'train.py', '/lab/me/runs/a-1/out'],
    ],
    resume: ['--resume'],
    env: { PYTHONPATH: '/lab/app/python:/mine' },
    files: [join('/app/python', 'grpo_lab'), join('/me/project', 'src'), join('/me', 'lib')],
  });
});

test('a folder of that machine stays as it is; TRL is captured, in several processes too', async () => {
  const { argv, env } = await program("run: ['${python}', train.py], cwd: /data/checkout, capture: true", ', processes: 2');
  expect(argv.slice(5, 7)).toEqual(['--cwd', '/data/checkout']);
  expect(argv.slice(argv.indexOf('--capture'))).toEqual([
    ...['--capture', '--', '/venv/bin/python', '-m', 'torch.distributed.run', '--standalone', '--nproc_per_node=2', 'train.py'],
  ]);
  expect(env).toMatchObject({ GRPO_LAB_TRACES: 'with-signal', GRPO_LAB_TRACES_EVERY: '2' });
});

test('the embedded trainer is not there', async () => {
  const { experiment } = parseExperiment(grpoFile);
  const place = { directory: '/r', of: (path: string) => path, python: 'python3' };
  await expect(ours.trainer(experiment!, place, '/x')).rejects.toThrow('the backend embedded needs Node');
});
