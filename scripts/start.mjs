// The main job on the example: launch SFT → GRPO and open VS Code on it. `--headless` stays in the terminal.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { main, optionsOf, run, say, step } from './lib/console.mjs';
import { build, node, ready, root } from './lib/install.mjs';
import { codeServer, desktopCode, installExtension, serveVscode } from './lib/vscode.mjs';
import { here, pack } from './package.mjs';

const workspace = join(root, 'examples', 'arithmetic');
const experiment = join(workspace, 'arith-grpo.experiment.yaml');
const cli = join(root, 'dist', 'cli.cjs');

const usage = `npm start -- [options]   launches the example experiment and opens VS Code on it

  --headless    train in the terminal, without VS Code
  --port PORT   where VS Code listens when it runs in the browser (default: a free port)
  --help`;

main(async () => {
  const { headless, port } = optionsOf(usage, { headless: { type: 'boolean' }, port: { type: 'string' } });
  await ready();
  await build();

  if (headless) {
    await run(node, [cli, 'run', experiment], { cwd: workspace, show: true });
    return;
  }

  const code = desktopCode();
  const entry = code ? undefined : await codeServer();
  await step('Launching the example experiment', () => run(node, [cli, 'run', experiment, '--detach'], { cwd: workspace }));
  say(`  It runs on its own, and closing VS Code does not end it. In the terminal: "${node}" "${cli}" ls --folder "${workspace}"`);

  if (code) {
    await run(code, ['--new-window', `--extensionDevelopmentPath=${root}`, workspace, experiment]);
    say('✓ VS Code is open on the example workspace.');
    return;
  }
  const vsix = await step('Packing the extension', () => pack(here));
  const settings = {
    'security.workspace.trust.enabled': false,
    'grpoLab.dashboard.openOnReturn': true,
    'git.openRepositoryInParentFolders': 'never',
  };
  const profile = join(root, '.cache', 'start');
  mkdirSync(profile, { recursive: true });
  const extensions = join(profile, 'extensions');
  const server = await step('Starting VS Code', async () => {
    await installExtension({ entry, extensions, vsix });
    return serveVscode({ entry, profile, extensions, port, settings });
  });
  const { host } = new URL(server.url);
  const payload = encodeURIComponent(JSON.stringify([['openFile', `vscode-remote://${host}${experiment}`]]));
  say(`\nVS Code is at ${server.url}/?folder=${encodeURIComponent(workspace)}&payload=${payload}`);
  say('Over SSH, forward that port first. Ctrl-C ends this VS Code; the training goes on.');
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.stop());
  await new Promise((resolve) => server.child.once('close', resolve));
});
