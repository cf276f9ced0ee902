// What the end-to-end tests need: a browser, a VS Code, the packed extension, and a Python with TRL.
import { step } from './console.mjs';
import { trainerPython, trainers } from './trainers.mjs';
import { trlPython } from './trl.mjs';
import { chromium, codeServer } from './vscode.mjs';
import { here, pack } from '../package.mjs';

/** Finds or installs the tools. */
export async function e2eTools() {
  const browser = await chromium();
  const entry = await codeServer();
  const trl = await trlPython();
  return { browser, entry, trl };
}

/** Packs what is built. @returns the environment of the tests */
export async function e2eEnvironment({ browser, entry, trl }) {
  return {
    GRPO_LAB_E2E_BROWSER: browser,
    GRPO_LAB_E2E_CODE_SERVER: entry,
    GRPO_LAB_E2E_VSIX: await step('Packing the extension', () => pack(here)),
    GRPO_LAB_E2E_TRL: trl.python ?? '',
    GRPO_LAB_E2E_NO_TRL: trl.missing,
    GRPO_LAB_E2E_TRAINERS: JSON.stringify(Object.fromEntries(Object.keys(trainers).map((name) => [name, trainerPython(name)]))),
  };
}

export const e2eConfig = ['--config', 'test/e2e/vitest.config.ts'];
