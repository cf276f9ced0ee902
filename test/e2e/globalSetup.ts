import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { installExtension } from '../../scripts/lib/vscode.mjs';
import { required } from './environment.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder with the installed extension. */
    extensions: string;
  }
}

/** The extension is installed once for all VS Codes of a run. */
export default async function setup(project: TestProject): Promise<() => void> {
  const extensions = mkdtempSync(join(tmpdir(), 'grpo-lab-extensions-'));
  await installExtension({ entry: required('GRPO_LAB_E2E_CODE_SERVER'), extensions, vsix: required('GRPO_LAB_E2E_VSIX') });
  project.provide('extensions', extensions);
  return () => rmSync(extensions, { recursive: true, force: true, maxRetries: 5 });
}
