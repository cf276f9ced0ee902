/** `grpo-lab preflight FILE`: tries an experiment before it is launched. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findNode } from '../../backends/findNode.js';
import { messageOf } from '../../core/messageOf.js';
import { preflightDefaults, preflightMost } from '../../doctor/preflight/report.js';
import { endpointKeyVariable } from '../../experiment/endpointSettings.js';
import { planPreflight, PreflightError, type PreflightPlan } from '../../preflight/plan.js';
import { preflight, type PreflightRequest } from '../../preflight/preflight.js';
import { startingPolicy } from '../../preflight/startingPolicy.js';
import { addressesOf } from '../../sampling/endpoint/endpoint.js';
import { SamplingProcess } from '../../sampling/samplingProcess.js';
import { countProgress } from '../bar.js';
import type { CliSession } from '../cliSession.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { showPreflight } from '../show/showPreflight.js';
import { problemLine } from './validate.js';

export interface PreflightOptions {
  /** Questions. */
  size?: number;
  /** Solutions of each. */
  samples?: number;
  /** A server in the place of the checkpoint. */
  endpoint?: string;
  model?: string;
  atOnce?: number;
  /** A file of questions. */
  questions?: string;
}

/** Ends with 3 where something was found, with 0 where nothing was or nothing could be judged. */
export async function preflightFile(session: CliSession, file: string, options: PreflightOptions): Promise<ExitCode> {
  const { output, trainer } = session;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliError(`${file} cannot be read: ${messageOf(error)}.`, exit.usage);
  });
  const { questions, samples } = sizesOf(options);
  const plan = planOf(text, file, options.questions);
  const { executable } = await findNode(trainer.nodePath);
  const sampling = new SamplingProcess({ executable, script: join(trainer.distFolder, 'sampler.cjs') });
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  const bar = countProgress('sampling');
  try {
    const policy = await policyOf(session, plan, options, sampling);
    const found = await preflight({ plan, policy, questions, samples }, sampling, { signal: stop.signal, progress: bar.update });
    bar.stop();
    showPreflight(output, found);
    output.value(found);
    return found.checks.some((c) => c.state === 'sick') ? exit.findings : exit.ok;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    bar.stop();
    console.error('Stopped: nothing of it is kept.');
    output.value({ cancelled: true });
    return exit.interrupted;
  } finally {
    bar.stop();
    sampling.close();
    process.off('SIGINT', onInterrupt);
  }
}

function sizesOf({ size, samples }: PreflightOptions): { questions: number; samples: number } {
  const sizes = { questions: size ?? preflightDefaults.questions, samples: samples ?? preflightDefaults.samples };
  if (sizes.questions > preflightMost.questions || sizes.samples > preflightMost.samples)
    throw new CliError(`At most ${preflightMost.questions} questions and ${preflightMost.samples} samples of each.`, exit.usage);
  return sizes;
}

function planOf(text: string, file: string, questions: string | undefined): PreflightPlan {
  try {
    return planPreflight(text, file, questions);
  } catch (error) {
    if (!(error instanceof PreflightError)) throw error;
    const message = error.problems.length > 0 ? error.problems.map((p) => problemLine(file, p)).join('\n') : error.message;
    throw new CliError(message, exit.usage);
  }
}

async function policyOf(
  { runsDir, jobs }: CliSession,
  { experiment }: PreflightPlan,
  { endpoint: url, model, atOnce = 4 }: PreflightOptions,
  sampling: SamplingProcess,
): Promise<PreflightRequest['policy']> {
  if (url === undefined) {
    if (model !== undefined) throw new CliError('Say at which server the model is, with --endpoint URL.', exit.usage);
    const start = await startingPolicy(experiment, runsDir, jobs);
    if ('because' in start) return start;
    return { sampler: sampling.sampler(start.path, start.generator), label: start.label, atOnce: 1 };
  }
  if (model === undefined) throw new CliError('Say which model of the server is asked, with --model NAME.', exit.usage);
  const addresses = addressesOf({ url });
  if ('problem' in addresses) throw new CliError(`--endpoint: ${addresses.problem}.`, exit.usage);
  const sampler = sampling.endpointSampler({ name: url, url, model }, process.env[endpointKeyVariable]);
  return { sampler, label: `${model} at ${url}`, atOnce };
}
