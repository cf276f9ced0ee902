// In a real VS Code with the packed extension: activation time, and the extension host's event-loop delay while a run streams.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium as playwright } from 'playwright-core';
import { run, say } from '../../scripts/lib/console.mjs';
import { node, root, tool } from '../../scripts/lib/install.mjs';
import { chromium, codeServer, installExtension, serveVscode } from '../../scripts/lib/vscode.mjs';
import { here, pack } from '../../scripts/package.mjs';

/** @returns activation in ms; delays in ms over the sampled time */
export async function measureHost({ seconds = 60 } = {}) {
  const base = mkdtempSync(join(tmpdir(), 'grpo-lab-bench-'));
  const workspace = join(base, 'workspace');
  const empty = join(base, 'empty');
  mkdirSync(empty);
  const out = join(base, 'probe.json');
  const probed = () => {
    if (!existsSync(out)) throw new Error(`The probe wrote nothing: ${server.log()}`);
    return JSON.parse(readFileSync(out, 'utf8'));
  };
  cpSync(join(root, 'examples', 'arithmetic'), workspace, { recursive: true, filter: (f) => !f.includes('.grpo-lab') });
  const probe = join(base, 'probe.vsix');
  await tool('vsce', ['package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', probe], {
    cwd: join(root, 'test', 'bench', 'probe'),
  });
  process.env.GRPO_LAB_PROBE_OUT = out;
  const entry = await codeServer();
  const extensions = join(base, 'extensions');
  for (const vsix of [probe, await pack(here)]) await installExtension({ entry, extensions, vsix });
  const server = await serveVscode({
    entry,
    profile: base,
    extensions,
    settings: { 'security.workspace.trust.enabled': false },
  });
  const browser = await playwright.launch({ executablePath: await chromium(), args: ['--no-sandbox', '--disable-gpu'] });
  const cli = (...args) => run(node, [join(root, 'dist', 'cli.cjs'), ...args], { cwd: workspace });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const open = async (folder) => {
      await page.goto(`${server.url}/?folder=${encodeURIComponent(folder)}`);
      await page.locator('.monaco-workbench .activitybar').waitFor({ timeout: 60_000 });
    };
    // A folder without experiments: nothing activates the extension but the probe.
    await open(empty);
    await page.waitForTimeout(20_000);
    const { activation } = probed();
    await open(workspace);
    await cli('run', 'arith-grpo.experiment.yaml', '--detach');
    await page.waitForTimeout((seconds + 15) * 1000);
    return { ...probed(), activation };
  } finally {
    const runs = JSON.parse(await cli('ls', '--json'));
    for (const r of runs) if (r.state === 'running' || r.state === 'starting') await cli('stop', r.id);
    await browser.close();
    await server.stop();
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  }
}

export async function bench() {
  const m = await measureHost();
  const against = (value, aim) => `${value.toFixed(1)} ms (${(value / aim).toFixed(2)} of the limit of ${aim} ms)`;
  say(`activation                          ${against(m.activation, 100)}`);
  say(
    `event-loop delay p99, run streaming ${against(m.p99, 50)}  p50 ${m.p50.toFixed(2)} ms, max ${m.max.toFixed(0)} ms, ${m.samples} samples`,
  );
}
