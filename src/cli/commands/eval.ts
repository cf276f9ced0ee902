/** `grpo-lab eval RUN[@STEP]`, `grpo-lab eval --endpoint URL --model NAME --benchmark FILE` */
import { allRows, rowsOf } from '../../core/listPages.js';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { largest } from '../../core/extremes.js';
import { parseFrom } from '../../experiment/lineage.js';
import { suites, type SuiteName } from '../../experiment/benchmarkSuites.js';
import type { BenchmarkRequest } from '../../experiment/evaluationExperiment.js';
import { evaluateRun } from '../../launch/evaluateRun.js';
import { evaluateEndpoint, wholeFile } from '../../launch/evaluateEndpoint.js';
import { LaunchError, type LaunchedRun } from '../../launch/launchExperiment.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { followRuns } from '../followRuns.js';
import { findRun, knownRuns } from '../runRef.js';
import type { CliSession } from '../cliSession.js';
import { showing } from '../shownCommand.js';

export interface EvalOptions {
  suite: string[];
  /** Files of questions. */
  benchmark: string[];
  size?: number;
  samples?: number;
  /** The same, as it is called of endpoints. */
  n?: number;
  temperature?: number;
  shots?: number;
  detach?: boolean;
  /** Of a server, in the place of a run. */
  endpoint?: string;
  model?: string;
  atOnce?: number;
  maxTokens?: number;
  name?: string;
}

export async function evaluate(session: CliSession, reference: string | undefined, options: EvalOptions): Promise<ExitCode> {
  if (options.endpoint !== undefined) return evaluateServer(session, options.endpoint, options);
  if (reference === undefined) throw new CliError('Name a run, or a server with --endpoint URL.', exit.usage);
  const { output, folder, runsDir, supervisor } = session;
  const queries = await session.queries();
  const { target, step } = parseFrom(reference) ?? { target: reference, step: null };
  const { id } = findRun(target, await knownRuns(queries));
  const run = queries.run(id)!;
  const steps = (await allRows((after) => queries.checkpoints(id, { after }))).map((c) => c.step);
  const chosen = step ?? largest(steps);
  if (!steps.includes(chosen)) {
    const there = steps.length === 0 ? 'it has none' : `it has those of ${steps.join(', ')}`;
    throw new CliError(`${id} has no checkpoint${step === null ? '' : ` of step ${step}`}: ${there}.`, exit.usage);
  }
  const names = [...options.suite, ...options.benchmark];
  const benchmarks = (names.length === 0 ? ['held-out'] : names).map((name) => benchmarkOf(name, options));
  const launched = await evaluateRun({ run, step: chosen, benchmarks, folder, runsDir, agree: showing(session) }, supervisor).catch(usage);
  if (!launched) return exit.interrupted;
  output.line(`${launched.id} evaluates ${id}@${chosen}: ${launched.directory}`);
  return results(session, launched, options);
}

async function evaluateServer(session: CliSession, url: string, options: EvalOptions): Promise<ExitCode> {
  const { folder, runsDir, supervisor, output } = session;
  const { suite, benchmark, model, name, atOnce, maxTokens } = options;
  if (model === undefined) throw new CliError('Say which model of the server is asked, with --model NAME.', exit.usage);
  const names = [...suite, ...benchmark];
  if (names.length === 0) throw new CliError('Say what the server is asked, with --benchmark FILE or --suite NAME.', exit.usage);
  const benchmarks = names.map((named) => benchmarkOf(named, options)).map((b) => ('file' in b ? { size: wholeFile, ...b } : b));
  const request = {
    ...{ url, model, benchmarks },
    ...(name !== undefined && { name }),
    ...(atOnce !== undefined && { atOnce }),
    ...(maxTokens !== undefined && { maxTokens }),
  };
  const launched = await evaluateEndpoint(request, { folder, runsDir, agree: showing(session) }, supervisor).catch(usage);
  if (!launched) return exit.interrupted;
  output.line(`${launched.id} asks ${model} at ${url}: ${launched.directory}`);
  return results(session, launched, options);
}

const usage = (error: unknown): never => {
  throw error instanceof LaunchError ? new CliError(error.problems[0]?.message ?? error.message, exit.usage) : error;
};

/** Follows an evaluation to its end, and shows what came out. */
async function results(session: CliSession, launched: LaunchedRun, { detach }: EvalOptions): Promise<ExitCode> {
  const { output } = session;
  if (detach) {
    output.value(launched);
    return exit.ok;
  }
  const code = await followRuns(session, [launched.id]);
  const found = await session.queries(launched.id);
  for await (const b of rowsOf((after) => found.benchmarks(launched.id, { after }))) {
    const [value, low, high] = [b.value, b.low, b.high].map((x) => (x === null ? '?' : (100 * x).toFixed(1)));
    output.line(`${b.suite.padEnd(14)} ${b.mode.padEnd(8)} ${value} % (${low} to ${high}), n ${b.n}`);
  }
  // Of a mixture of texts: a loss is no share of questions, and stands among the metrics.
  const metrics = await allRows((after) => found.metricNames(launched.id, { after }));
  for (const { metric, last } of found.trends(launched.id, lossesOf(metrics), 1)) {
    const [, split, source = 'all sources'] = metric.split('/');
    output.line(`${split.replace('_', '-').padEnd(14)} ${'loss'.padEnd(8)} ${last.toFixed(3)} nats a token, ${source}`);
  }
  return code;
}

function benchmarkOf(name: string, { size, samples, n = samples, temperature, shots }: EvalOptions): BenchmarkRequest {
  return {
    ...suiteOrFile(name),
    ...(size !== undefined && { size }),
    ...(n !== undefined && { samples: n }),
    ...(temperature !== undefined && { temperature }),
    ...(shots !== undefined && { shots }),
  };
}

/** A suite by its name; a file by its path, relative to where the command was given. */
function suiteOrFile(name: string): { suite: SuiteName } | { file: string } {
  const suite = suites.find((s) => s === name);
  if (suite) return { suite };
  if (existsSync(name)) return { file: resolve(name) };
  throw new CliError(`There is no benchmark "${name}", nor a file. There are ${suites.join(', ')}.`, exit.usage);
}

const lossesOf = (metrics: readonly string[]): string[] => metrics.filter((m) => /^loss\/(held_out|validation)(\/|$)/.test(m));
