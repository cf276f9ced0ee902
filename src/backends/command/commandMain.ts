/** The command backend's process: `node dist/command.cjs --run <run directory> --python <interpreter> [--packages <folder of grpo_lab>] [--resume]`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeIssue } from '../../core/describeIssue.js';
import { messageOf } from '../../core/messageOf.js';
import { experimentSchema } from '../../experiment/schema.js';
import { LockLost } from '../../launch/targets/local/lock.js';
import { thisMachine } from '../../launch/targets/local/machine.js';
import { experimentFolder } from '../../launch/start.js';
import { readIdentity } from '../../protocol/identity.js';
import { RunWriter } from '../../protocol/runWriter.js';
import { Ledger } from '../../importers/following/ledger.js';
import { recall } from '../../importers/following/recall.js';
import { prepareCapture } from './capture.js';
import { capturedBefore, tellLeft } from './capturedEvents.js';
import { CommandRun } from './commandRun.js';
import { resolveCommand } from './resolveCommand.js';
import { meetingOf } from './severalProcesses.js';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      run: { type: 'string' },
      python: { type: 'string', default: 'python3' },
      packages: { type: 'string' },
      resume: { type: 'boolean', default: false },
    },
  });
  if (values.run === undefined)
    throw new Error('Usage: command --run <run directory> --python <interpreter> [--packages <folder>] [--resume]');
  const runDir = resolve(values.run);
  const identity = readIdentity(runDir);
  if (!identity) throw new Error(`${runDir} holds no run. Name the directory of a run that was launched.`);
  const parsed = experimentSchema.safeParse(identity.experiment.resolved);
  if (!parsed.success) throw new Error(`${runDir}: experiment.resolved: ${describeIssue(parsed.error)}`);
  const writer = RunWriter.open(runDir);
  const totalSteps = parsed.data.steps;
  try {
    const meeting = meetingOf(process.env, thisMachine());
    const command = resolveCommand(parsed.data, experimentFolder(identity), runDir, values.python, meeting);
    const argv = values.resume ? [...command.argv, ...command.resume] : command.argv;
    const world = { runDir, writer, totalSteps, python: values.python };
    if (values.packages === undefined) return await new CommandRun({ ...command, argv }, world).toItsEnd();
    const ledger = new Ledger();
    recall(runDir, ledger);
    tellLeft(runDir, ledger, (event, time) => writer.append(event, time));
    const before = capturedBefore(runDir, ledger);
    const capture = prepareCapture(runDir, parsed.data, {
      packageFolder: values.packages,
      pythonPath: { ...process.env, ...command.env }.PYTHONPATH,
      resumed: values.resume,
    });
    return await new CommandRun({ ...command, argv, env: { ...command.env, ...capture } }, world, { before }).toItsEnd();
  } catch (error) {
    if (error instanceof LockLost) throw error; // the run is another's
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
