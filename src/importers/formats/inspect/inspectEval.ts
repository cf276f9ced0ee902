/**
 * Inspect's logs: `.eval` (a ZIP archive with a JSON entry a sample) and `.json` (one object).
 * Source: inspect_ai 0.3.285, `log/_log.py`, `log/_recorders/{eval,json}.py`.
 */
import { basename } from 'node:path';
import { asRecord, integer, text } from '../../files/json.js';
import { firstBytes } from '../../files/peek.js';
import { largest, smallest } from '../../../core/extremes.js';
import { count } from '../../../core/format.js';
import type { ForeignRun, ImportItem, Importer, ImportNote, RunInSource, SourceFile } from '../../importer.js';
import { LogPart } from './inspectLog.js';
import type { Part } from '../../parts/part.js';
import { PartCache, PartsSession } from '../../parts/partsSession.js';
import { samplingOf } from '../../parts/foreignSampling.js';
import { note } from '../../parts/trace.js';
import { runsAt } from '../../severalRuns.js';
import { numberedLogs, type StepLog } from './numberedLogs.js';

const isArchive = (file: SourceFile): boolean => file.name.endsWith('.eval');
const isJson = (file: SourceFile): boolean => file.name.endsWith('.json');

/** By their names: the steps of a run together, otherwise each archive, and each log in JSON that no archive has too. */
function logRuns(files: readonly SourceFile[]): RunInSource[] {
  const archives = files.filter(isArchive);
  const named = new Set(archives.map(({ name }) => name.replace(/\.eval$/, '')));
  const logs = files.filter(
    (file) => isArchive(file) || (isJson(file) && timed.test(basename(file.name)) && !named.has(file.name.replace(/\.json$/, ''))),
  );
  const steps = numberedLogs(logs);
  const homes = new Map(logs.map(({ name }) => [name, steps.get(name)?.home ?? name]));
  return runsAt(files, ({ name }) => homes.get(name) ?? null);
}

/** `2026-08-22T10-00-00_sums_id.json`; what else is JSON may be anything. */
const timed = /^\d{4}-\d\d-\d\dT/;

async function isLog(file: SourceFile): Promise<boolean> {
  const head = await firstBytes(file.path, 64 * 1024);
  if (isArchive(file)) return head.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004';
  const start = head.toString('utf8');
  return isJson(file) && /"version"\s*:\s*\d/.test(start) && /"eval"\s*:\s*\{/.test(start) && /"task"\s*:/.test(start);
}

export const inspectEval: Importer = {
  id: 'inspect',
  title: 'Inspect',
  several: {
    runs: (source) => Promise.resolve(logRuns(source.listed)),
    // Which logs are read, and of which tasks they are, the session knows.
    together: () => null,
  },

  async detect(source) {
    const files = await source.list();
    for (const file of [...files.filter(isArchive), ...files.filter(isJson)].slice(0, 10))
      if (await isLog(file)) return { confidence: isArchive(file) ? 0.95 : 0.9, why: `${file.name} is a log of Inspect` };
    return null;
  },

  open: (source) => new InspectSession(source),
};

class InspectSession extends PartsSession {
  private readonly logs = new PartCache<LogPart>();
  private readonly looked = new Map<string, boolean>();
  /** By the logs' names, where they are the steps of one run. */
  private steps: ReadonlyMap<string, StepLog> = new Map();

  describe(): Promise<ForeignRun> {
    const header = this.logs.values().find((log) => log.header !== null)?.header ?? {};
    const described = asRecord(header.eval) ?? {};
    const versions = Object.entries(asRecord(described.packages) ?? {}).flatMap(([name, version]): [string, string][] =>
      typeof version === 'string' ? [[name, version]] : [],
    );
    // One scorer counts, the others are shown beside it.
    const weights = this.logs.values().flatMap(({ scorers }) => [...scorers].map(([name, counts]) => [name, counts ? 1 : 0] as const));
    return Promise.resolve({
      name: (this.steps.size > 0 ? null : text(described.task)) ?? basename(this.source.root).replace(/\.(?:eval|json)$/, ''),
      method: this.steps.size > 0 ? null : 'eval',
      totalSteps: null,
      seed: integer(asRecord(described.model_generate_config)?.seed),
      config: {
        model: described.model ?? null,
        task_args: described.task_args ?? {},
        model_generate_config: described.model_generate_config ?? {},
        ...asRecord(described.config),
      },
      ...(weights.length > 0 && { weights: Object.fromEntries(weights) }),
      sampling: samplingOf(described.model_generate_config, asRecord(header.plan)?.config),
      versions: Object.fromEntries(versions),
    });
  }

  override async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    for (const file of (await this.source.list()).filter((one) => isJson(one) && this.looked.get(one.name) !== true))
      this.looked.set(file.name, await isLog(file));
    yield* super.read(signal);
  }

  protected parts(files: readonly SourceFile[]): Part[] {
    const chosen = files.filter((file) => isArchive(file) || this.looked.get(file.name) === true || files.length === 1);
    // The same evaluation may be there in both forms.
    const archives = new Set(chosen.filter(isArchive).map(({ name }) => name.replace(/\.eval$/, '')));
    const logs = chosen.filter((file) => isArchive(file) || !archives.has(file.name.replace(/\.json$/, '')));
    this.steps = stepsOfOne(logs);
    const parts = logs.map((file) => this.logs.get(file, (own) => new LogPart(own, isArchive(file), this.steps.get(file.name) ?? null)));
    // What is evaluated at a step stands behind what was trained on.
    const evaluates = ({ file }: LogPart): number => Number(this.steps.get(file.name)?.evaluates ?? false);
    parts.sort((a, b) => a.step - b.step || evaluates(a) - evaluates(b));
    for (const [i, part] of parts.entries()) part.behind = parts.slice(0, i).filter(({ step }) => step === part.step);
    return parts;
  }

  protected override *notes(): Iterable<ImportItem> {
    const read = this.logs.values();
    if (this.steps.size > 0) yield note(numbered([...this.steps.values()]));
    else if (read.length > 1) {
      const tasks = new Map<string, number>();
      for (const { task } of read) tasks.set(task ?? 'no task named', (tasks.get(task ?? 'no task named') ?? 0) + 1);
      const named = [...tasks].slice(0, 8).map(([task, count]) => `${task} (${count} ${count === 1 ? 'log' : 'logs'})`);
      const more = tasks.size - named.length;
      yield note({
        id: 'several-runs',
        level: 'warning',
        message: `${read.length} logs are read as one run: ${named.join(', ')}${more > 0 ? ` and ${more} more tasks` : ''}. They are ${read
          .slice(0, 8)
          .map(({ file }) => file.name)
          .join(
            ', ',
          )}${read.length > 8 ? ' and others' : ''}. Their samples stand one behind another, so that the mean reward is one over all of them; each group names its task. Import one log alone to see it by itself.`,
      });
    }
    const unfinished = this.logs.values().filter(({ status }) => status !== null && status !== 'success');
    if (unfinished.length > 0)
      yield note({
        id: 'unfinished',
        level: 'warning',
        message: `Not finished: ${unfinished.map(({ file, status }) => `${file.name} (${status!})`).join(', ')}.`,
      });
    const failed = this.logs.values().reduce((sum, part) => sum + part.failed, 0);
    if (failed > 0)
      yield note({
        id: 'failed',
        level: 'warning',
        message: `${failed} samples have neither an answer nor an error: they are left out.`,
      });
  }
}

/** All of them, or none: of several runs together each log stands for itself. */
function stepsOfOne(logs: readonly SourceFile[]): Map<string, StepLog> {
  const steps = numberedLogs(logs);
  const homes = new Set([...steps.values()].map(({ home }) => home));
  return steps.size === logs.length && homes.size === 1 ? steps : new Map<string, StepLog>();
}

function numbered(logs: readonly StepLog[]): ImportNote {
  const steps = logs.map(({ step }) => step);
  const roles = new Map<string, number>();
  for (const { role } of logs) roles.set(role, (roles.get(role) ?? 0) + 1);
  const evaluations = new Set(logs.filter(({ evaluates }) => evaluates).map(({ role }) => role));
  return {
    id: 'numbered',
    level: 'info',
    message: `${logs.length} logs are steps ${smallest(steps)} to ${largest(steps)} of one run, by the numbers that their folders begin with: ${[...roles].map(([role, logsOf]) => `${role} (${count(logsOf, 'log')})`).join(', ')}.${evaluations.size > 0 ? ` ${[...evaluations].join(', ')}: taken for evaluations, whose groups follow those trained on and are marked split = validation.` : ''} Import one log alone to see it by itself.`,
  };
}
