#!/usr/bin/env node
/** The command line: the same parts as in the editor, without VS Code. */

import { isRecentNode, oldestNode } from './core/oldestNode.js';

// better-sqlite3 crashes older Nodes instead of failing, so this is asked before anything loads it.
if (!isRecentNode(process.versions.node)) {
  console.error(
    `grpo-lab needs Node ${oldestNode} or newer; this is ${process.version}. Install a newer one from https://nodejs.org, or run: npx --package=node@24 -- node "${__filename}" …`,
  );
  process.exit(2);
}

void import('./cli/program.js').then(async ({ main }) => {
  process.exitCode = await main(process.argv.slice(2), __dirname);
});
