import { shownStart } from '../backends/command/shownStart.js';
import { troubleOf } from '../backends/environment/checkEnvironment.js';
import type { Agree } from '../launch/start.js';
import type { CliSession } from './cliSession.js';

/**
 * A command line of somebody's own, and the script that a target is handed, are shown before they run, with what of this machine stands in
 * their way: who typed the command has agreed to them, unless it was only to see them.
 */
export const showing =
  ({ output, trainer, supervisor }: CliSession, { dryRun = false } = {}): Agree =>
  async (starts) => {
    const python = trainer.python ?? 'python3';
    for (const start of starts) {
      const lines = shownStart(start, python);
      if (lines) output.line(lines.join('\n  '));
      const script = await supervisor.script(start);
      if (script) output.line(script.text);
    }
    for (const trouble of await troubleOf(starts, python)) output.line(trouble);
    return !dryRun;
  };
