/** Benchmarks on a server's model: `node dist/evaluator.cjs --run <run directory> [--resume]`. Its key, if it has one, is in the environment. */
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { describeIssue } from '../../core/describeIssue.js';
import { largest } from '../../core/extremes.js';
import { messageOf } from '../../core/messageOf.js';
import { endpointKeyVariable } from '../../experiment/endpointSettings.js';
import { experimentSchema, type Experiment } from '../../experiment/schema.js';
import { Grader } from '../../grading/grader.js';
import { IdentityError, readIdentity } from '../../protocol/identity.js';
import { layout } from '../../protocol/layout.js';
import { RunWriter } from '../../protocol/runWriter.js';
import { isStopRequested } from '../../protocol/stopRequest.js';
import type { EndpointError } from '../../sampling/endpoint/endpointError.js';
import { endpointSampler } from '../../sampling/endpoint/sampleEndpoint.js';
import { EndpointEvaluation } from './endpointEvaluation.js';
import { recordedGroups } from './recordedGroups.js';

/** Waits before attempts, seconds: a server that restarts is back within some minutes, one that is gone is not. */
const waits = [1, 2, 4, 8, 16, 30, 60];
const stopPollMs = 200;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { run: { type: 'string' }, resume: { type: 'boolean', default: false } } });
  if (values.run === undefined) throw new Error('Usage: evaluator --run <run directory> [--resume]');
  const runDir = resolve(values.run);
  const experiment = readExperiment(runDir);
  const { policy, steps } = experiment;
  if (!('endpoint' in policy)) throw new Error(`${runDir} is no run of the endpoint backend.`);
  const recorded = recordedGroups(runDir);
  const writer = RunWriter.open(runDir);
  const grader = new Grader({ worker: join(__dirname, 'gradeWorker.cjs') });
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  const poll = setInterval(() => isStopRequested(runDir) && stop.abort(), stopPollMs);
  const begun = largest(recorded.keys(), 0);
  let step = Math.max(0, begun - 1);
  const status = (state: 'running' | 'finished' | 'stopped' | 'failed', message: string): void => {
    writer.append({ type: 'status', state, step, total_steps: steps, message });
  };
  try {
    // Answers of the step in which it ended stay.
    if (values.resume) writer.append({ type: 'resume', from_step: begun, checkpoint: null });
    const { url, model, at_once: atOnce } = policy.endpoint;
    status('running', `asking ${model} at ${url}`);
    const retry = async (failures: number, error: EndpointError, signal: AbortSignal): Promise<void> => {
      if (failures > waits.length) throw error;
      const seconds = waits[failures - 1];
      writer.append({ type: 'log', level: 'warning', message: `${error.message} It is asked again in ${seconds} s.` });
      await sleep(seconds * 1000, undefined, { signal });
    };
    const key = process.env[endpointKeyVariable];
    const sampler = endpointSampler({ name: model, url, model }, { key: key === '' ? undefined : key, retry });
    const write: RunWriter['append'] = (event, time) => {
      if (event.type === 'status') step = event.step;
      return writer.append(event, time);
    };
    await new EndpointEvaluation({ experiment, atOnce, sampler, grader, write, recorded }).run(stop.signal);
    status('finished', 'all questions answered');
  } catch (error) {
    if (stop.signal.aborted) status('stopped', 'stopped on request; resume asks what is not answered');
    else {
      status('failed', `${messageOf(error)} What was answered is kept; resume asks the rest.`);
      throw error;
    }
  } finally {
    clearInterval(poll);
    writer.close();
    await grader.close();
  }
}

function readExperiment(runDir: string): Experiment {
  const file = join(runDir, layout.identity);
  const identity = readIdentity(runDir);
  if (!identity) throw new IdentityError(file, 'it is not there. Name the directory of a run that was launched.');
  const parsed = experimentSchema.safeParse(identity.experiment.resolved);
  if (!parsed.success) throw new IdentityError(file, `experiment.resolved: ${describeIssue(parsed.error)}`);
  return parsed.data;
}

main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 1;
});
