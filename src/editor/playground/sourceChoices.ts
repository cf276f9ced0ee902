/** What a playground offers: checkpoints, endpoints, questions. */
import { allRows } from '../../core/listPages.js';
import { decodeTexts } from '../../core/utf8.js';
import { experimentSchema, type Experiment } from '../../experiment/schema.js';
import type { RunAddress, Subject } from '../../protocol/address.js';
import type { StoreClientQueries } from '../../store/questions.js';
import type { GroupAnswer, RunDetail } from '../../store/views.js';
import type { PlaygroundView, Question, RunChoice } from '../../contracts/playground.js';
import type { Runs } from '../runs.js';

/** Older runs are opened from their own row or page. */
const mostRuns = 50;

/** The experiment that a run of the embedded trainer was launched with; undefined where this version cannot read it. */
export function experimentOf({ backend, resolved }: Pick<RunDetail, 'backend' | 'resolved'>): Experiment | undefined {
  return backend === 'embedded' ? experimentSchema.safeParse(resolved).data : undefined;
}

/** @param also a run that is offered however old it is */
export async function runChoices(runs: Runs, store: StoreClientQueries, also: string | undefined): Promise<RunChoice[]> {
  const embedded = (await runs.all()).filter((r) => r.backend === 'embedded' && r.importedFrom === null);
  const offered = embedded.filter((r, i) => i < mostRuns || r.id === also);
  const choices = await Promise.all(offered.map((r) => runChoice(r.id, store)));
  return choices.filter((c) => c !== undefined);
}

async function runChoice(run: string, store: StoreClientQueries): Promise<RunChoice | undefined> {
  const [checkpoints, detail] = await Promise.all([allRows((after) => store.checkpoints(run, { after })), store.run(run)]);
  const sampling = detail && experimentOf(detail)?.sampling;
  if (checkpoints.length === 0 || !sampling) return undefined;
  const steps = checkpoints.map((c) => c.step);
  return { run, name: detail.name, steps, temperature: sampling.temperature, maxTokens: sampling.max_tokens };
}

/** What a playground begins with when it was opened about something. */
export async function aboutOf(
  about: Subject,
  runs: Runs,
  choices: readonly RunChoice[],
  store: StoreClientQueries,
): Promise<PlaygroundView['about']> {
  if (!('run' in about)) {
    const names = new Set((await runs.all()).filter((r) => r.experiment === about.experiment).map((r) => r.id));
    const newest = choices.find((c) => names.has(c.run));
    return { question: null, source: newest ? { run: newest.run, step: newest.steps[0] } : null, address: null, label: about.experiment };
  }
  const { run, step, group } = about;
  const steps = choices.find((c) => c.run === run)?.steps ?? [];
  const name = (await runs.get(run))?.name ?? run;
  const recordedGroup = step === undefined || group === undefined ? null : await store.group(run, step, group);
  const chosen = recordedGroup === null && step !== undefined ? steps.find((s) => s === step) : steps.at(0);
  return {
    question: recordedGroup && questionOf(recordedGroup),
    source: chosen === undefined ? null : { run, step: chosen },
    address: recordedGroup ? { run, step: recordedGroup.step, group: recordedGroup.group } : ({ run } satisfies RunAddress),
    label: recordedGroup ? `group ${recordedGroup.group + 1} of step ${recordedGroup.step}, ${name}` : name,
  };
}

/** A question that was recorded in one of the run's newest steps; null when it recorded none. */
export async function recordedQuestion(run: string, store: StoreClientQueries): Promise<Question | null> {
  const steps = await store.groupSteps(run, { limit: 200 });
  if (steps.rows.length === 0) return null;
  const step = any(steps.rows);
  const { group } = any((await store.groups(run, step, { limit: 1000 })).rows);
  const found = await store.group(run, step, group);
  return found && questionOf(found);
}

function questionOf(group: GroupAnswer): Question {
  const { question, gold } = decodeTexts(group);
  return { question, gold };
}

const any = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)];
