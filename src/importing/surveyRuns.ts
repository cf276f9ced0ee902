/** A look at each of the runs of a source: what tells them apart, how far they go, and where they stand at their end. */
import { largest } from '../core/extremes.js';
import type { RunFacts } from '../core/runFacts.js';
import { leadRank, metricRoles, roleOf } from '../core/metricRole.js';
import { messageOf } from '../core/messageOf.js';
import { fromWire } from '../protocol/arrays.js';
import type { EventBody } from '../protocol/events.js';
import { DerivedMetrics } from '../importers/derived.js';
import { lastLook } from '../importers/files/folderSource.js';
import { startOf } from '../importers/fileTimes.js';
import { ImportError, type Importer, type ImportOptions, type RunInSource, type Source } from '../importers/importer.js';
import { runSource } from '../importers/runSource.js';
import { passedOver, runsOf } from '../importers/severalRuns.js';
import { settingsApart } from './settingsApart.js';
import { Tally } from './tally.js';

/** A person waits for it. */
const usualLimitMs = 6000;
/** A person chooses from a list. */
const mostRuns = 500;

/** What a list of a source's runs lacks, in sentences; null for nothing. */
export async function unlisted(importer: Importer, source: Source): Promise<string | null> {
  const { length } = await runsOf(importer, source);
  const beyond = length > mostRuns ? `The first ${mostRuns} of ${length} runs are listed.` : null;
  return [beyond, await passedOver(importer, source)].filter((sentence) => sentence !== null).join(' ') || null;
}

interface Looked {
  facts: Omit<RunFacts, 'settings'>;
  config: Record<string, unknown>;
}

/**
 * Reads the runs of a source without keeping anything.
 * @param limitMs those that are read when it is over are told as far as they were read, the others by their files alone
 */
export async function surveyRuns(
  importer: Importer,
  whole: Source,
  options: ImportOptions,
  signal: AbortSignal,
  limitMs = usualLimitMs,
): Promise<RunFacts[]> {
  const runs = (await runsOf(importer, whole)).slice(0, mostRuns);
  const source = lastLook(whole);
  const end = performance.now() + limitMs;
  const looked: Looked[] = [];
  for (const [i, run] of runs.entries()) {
    const share = (end - performance.now()) / (runs.length - i);
    looked.push(await lookInto(importer, source, run, options, signal, performance.now() + share));
  }
  const settings = settingsApart(looked.map(({ config }) => config));
  return looked.map(({ facts }, i) => ({ ...facts, settings: settings[i] }));
}

async function lookInto(
  importer: Importer,
  source: Source,
  run: RunInSource,
  options: ImportOptions,
  signal: AbortSignal,
  until: number,
): Promise<Looked> {
  const facts: Looked['facts'] = {
    id: run.id,
    name: run.name,
    files: run.files.length,
    bytes: run.files.reduce((sum, { bytes }) => sum + bytes, 0),
    started: startOf(run.files.map(({ name }) => name)),
    written: largest(
      run.files.map(({ modified }) => modified),
      0,
    ),
    seed: null,
    steps: null,
    totalSteps: null,
    solutions: 0,
    value: null,
    whole: false,
    problem: null,
  };
  // A table says nothing before its fields are named.
  if (performance.now() > until || (importer.id === 'generic' && !options.mapping)) return { facts, config: {} };
  const session = importer.open(runSource(importer, source, run.id), options);
  const summary = new Summary();
  try {
    facts.whole = true;
    for await (const item of session.read(signal)) {
      if (item.kind === 'event') summary.see(item.event);
      facts.whole = performance.now() < until;
      if (!facts.whole) break;
    }
    const { seed, totalSteps, config } = await session.describe();
    return { facts: { ...facts, ...summary.facts(), seed, totalSteps }, config };
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return { facts: { ...facts, ...summary.facts(), problem: messageOf(error) }, config: {} };
  } finally {
    await session.close();
  }
}

/** Counts what stands, and keeps the last value of each metric. */
class Summary {
  private readonly tally = new Tally();
  private readonly derived = new DerivedMetrics();
  private readonly last = new Map<string, { step: number; value: number }>();

  see(event: EventBody): void {
    this.tally.see(event);
    this.derived.see(event);
    if (event.type === 'resume') for (const [name, { step }] of this.last) if (step > event.from_step) this.last.delete(name);
    if (event.type === 'metrics') for (const [name, value] of Object.entries(event.values)) this.put(name, event.step, fromWire(value));
    if (event.type === 'benchmark') this.put(`${event.suite} ${event.mode}`, event.step, fromWire(event.value));
  }

  facts(): Pick<RunFacts, 'steps' | 'solutions' | 'value'> {
    for (const { step, values } of this.derived.take())
      for (const [name, value] of Object.entries(values)) this.put(name, step, fromWire(value));
    const { steps } = this.tally;
    const name = [...this.last.keys()].sort((a, b) => orderOf(a) - orderOf(b)).at(0);
    let [first, last] = [Infinity, -Infinity];
    for (const step of steps) [first, last] = [Math.min(first, step), Math.max(last, step)];
    return {
      steps: steps.size === 0 ? null : { first, last },
      solutions: this.derived.standing.solutions,
      value: name === undefined || orderOf(name) === Infinity ? null : { name, value: this.last.get(name)!.value },
    };
  }

  private put(name: string, step: number, value: number): void {
    const before = this.last.get(name);
    if (!before || before.step <= step) this.last.set(name, { step, value });
  }
}

/** The reward first, its parts and extremes behind what else says how a run is doing. */
function orderOf(name: string): number {
  if (name === 'reward/mean') return -1;
  const guess = roleOf(name);
  return guess && guess.rank < leadRank ? metricRoles.indexOf(guess.role) * leadRank + guess.rank : Infinity;
}
