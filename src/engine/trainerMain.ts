/** The embedded trainer: `node dist/engine.cjs --run <run directory> [--resume]`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../core/messageOf.js';
import { isStopRequested } from '../protocol/stopRequest.js';
import { RunWriter } from '../protocol/runWriter.js';
import { checkpointSteps } from './checkpoint.js';
import { Journal } from './journal.js';
import { Loop } from './loop.js';
import { openTrainer, type Trainer } from './trainer.js';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { run: { type: 'string' }, resume: { type: 'boolean', default: false } } });
  if (values.run === undefined) throw new Error('Usage: engine --run <run directory> [--resume]');
  const runDir = resolve(values.run);

  let signalled = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => (signalled = true));
  const stopRequested = () => signalled || isStopRequested(runDir);

  const writer = RunWriter.open(runDir);
  let trainer: Trainer | undefined;
  try {
    trainer = await openTrainer(runDir, values.resume);
    await train(trainer, new Journal(trainer, writer), values.resume, stopRequested);
  } catch (error) {
    reportFailure(writer, error, trainer?.step ?? checkpointSteps(runDir).at(-1) ?? 0, trainer?.experiment.steps ?? 0);
    throw error;
  } finally {
    writer.close();
  }
}

async function train(trainer: Trainer, journal: Journal, resume: boolean, stopRequested: () => boolean): Promise<void> {
  const { experiment, policy, reference } = trainer;
  if (resume) journal.resumed();
  journal.status('running', 'starting');
  journal.log(
    'info',
    `${experiment.method.name}, ${policy.parameters.length} parameters, ${policy.threads} threads, seed ${experiment.seed}.`,
  );
  const end = await new Loop(trainer, journal).run(stopRequested);
  journal.status(end, end === 'finished' ? 'all steps done' : 'stopped on request; resume continues here');
  await reference?.dispose();
  await policy.dispose();
}

/** The failure as the run's last status; the disk may be full, so that may fail too: then both stand on stderr. */
function reportFailure(writer: RunWriter, error: unknown, step: number, totalSteps: number): void {
  const message = messageOf(error);
  try {
    writer.append({ type: 'status', state: 'failed', step, total_steps: totalSteps, message });
  } catch (second) {
    console.error(`The failure could not be recorded: ${messageOf(second)}`);
  }
}

/** Kinds of errors that are mistakes in the program: only for those does a stack help. All others say what, where and what to do. */
const mistakes = [TypeError, RangeError, ReferenceError, SyntaxError];

main().catch((error: unknown) => {
  const mistake = mistakes.some((kind) => error instanceof kind);
  console.error(error instanceof Error && !mistake ? error.message : error);
  process.exitCode = 1;
});
