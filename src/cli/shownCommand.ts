import { shownStart } from '../backends/command/shownStart.js';
import type { Agree } from '../launch/start.js';
import type { CliSession } from './cliSession.js';

/** A command line of somebody's own is shown before it runs: who typed the command has agreed to it. */
export const showing =
  ({ output, trainer }: CliSession): Agree =>
  (starts) => {
    for (const start of starts) {
      const lines = shownStart(start, trainer.python ?? 'python3');
      if (lines) output.line(lines.join('\n  '));
    }
    return true;
  };
