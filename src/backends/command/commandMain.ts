/** The command backend's process: `node dist/command.cjs --run <run directory> --python <interpreter> [--resume]`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeIssue } from '../../core/describeIssue.js';
import { messageOf } from '../../core/messageOf.js';
import { experimentSchema } from '../../experiment/schema.js';
import { experimentFolder } from '../../launch/start.js';
import { readIdentity } from '../../protocol/identity.js';
import { RunWriter } from '../../protocol/runWriter.js';
import { CommandRun } from './commandRun.js';
import { resolveCommand } from './resolveCommand.js';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { run: { type: 'string' }, python: { type: 'string', default: 'python3' }, resume: { type: 'boolean', default: false } },
  });
  if (values.run === undefined) throw new Error('Usage: command --run <run directory> --python <interpreter> [--resume]');
  const runDir = resolve(values.run);
  const identity = readIdentity(runDir);
  if (!identity) throw new Error(`${runDir} holds no run. Name the directory of a run that was launched.`);
  const parsed = experimentSchema.safeParse(identity.experiment.resolved);
  if (!parsed.success) throw new Error(`${runDir}: experiment.resolved: ${describeIssue(parsed.error)}`);
  const writer = RunWriter.open(runDir);
  const totalSteps = parsed.data.steps;
  try {
    const command = resolveCommand(parsed.data, experimentFolder(identity), runDir, values.python);
    const argv = values.resume ? [...command.argv, ...command.resume] : command.argv;
    const run = new CommandRun({ ...command, argv }, { runDir, writer, totalSteps, python: values.python });
    return await run.toItsEnd();
  } catch (error) {
    const message = messageOf(error);
    writer.append({ type: 'status', state: 'failed', step: 0, total_steps: totalSteps, message });
    throw error;
  } finally {
    writer.close();
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(messageOf(error));
    process.exitCode = 1;
  },
);
