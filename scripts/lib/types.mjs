// Checks the types with TypeScript 7, the native one: a fifth of the time of TypeScript 6, which only ESLint's parser needs still.
import { join } from 'node:path';
import { run, step } from './console.mjs';
import { node, root } from './install.mjs';

const tsc = join(root, 'node_modules', 'typescript7', 'bin', 'tsc');
/** The three worlds: host and tests, pages, tests that drive a window. */
const projects = ['.', 'webview', join('test', 'e2e')];

/** @throws Trouble with what is wrong */
export const checkTypes = () =>
  step('Types', async () => {
    for (const project of projects) await run(node, [tsc, '-p', project], { cwd: root });
  });
