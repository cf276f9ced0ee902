import { parseRange, rangeText, type StepRange } from '../core/thenNow/stepRange.js';

/**
 * Every page has an address. Most show something of a run: the run, a step, a group, a solution, its timeline, its questions, its worst tokens, two ranges of its steps, what the doctor finds, or the grades of another checker. The last
 * path segment is what a person reads on a tab: `/runs/arith-grpo-3-k3f9/step 42/group 7/solution 3`. The others are pages of the workspace
 * and may be opened about something: `/planner`, `/planner/experiments/arith-grpo`.
 */
export type Address = RunAddress | WorkspaceAddress;

/** Group and solution numbers are 1-based in the path (what a person reads), 0-based here (what events carry). */
export interface RunAddress {
  run: string;
  step?: number;
  group?: number;
  solution?: number;
  /** A file of grades of the run: where its checker disagrees with the run's own. Stands without a step. */
  grades?: string;
  /** When what was done, of the run or of the step. */
  timeline?: true;
  /** What goes wrong in it. Stands without a step. */
  doctor?: true;
  /** The questions of the run; with the step and group at which one was asked, that one at every step. */
  questions?: true;
  /** The worst tokens of the run, step, group or solution. */
  tokens?: true;
  /** Which token of the solution is looked at. */
  token?: number;
  /** Two ranges of its steps beside each other. Stands without a step. */
  thenNow?: ComparedRanges;
}

/** Left out: the first steps beside the last ones, of two runs the last ones of each. */
export interface ComparedRanges {
  then?: StepRange;
  now?: StepRange;
  /** The second range is of this run. */
  other?: string;
}

/** A page that belongs to no run. */
export interface WorkspaceAddress {
  page: WorkspacePage;
  about?: Subject;
  /**
   * Absolute path of the folder or file that `import` is about. Links cannot contain one: whoever makes a link must not choose which files
   * are read.
   */
  source?: string;
  /** What `find` looks for. */
  search?: Search;
}

export const groupings = ['question', 'step', 'answer', 'run'] as const;
export type Grouping = (typeof groupings)[number];

/** Characters of a filter. */
export const longestFilter = 10_000;

/** A search of solutions; left out: all of them, newest first, in one list. */
export interface Search {
  /** In the language of filters. */
  filter?: string;
  /** `reward`, or `tokens:asc`. */
  order?: string;
  grouping?: Grouping;
}

/** What a page of the workspace was opened for: something in a run, or an experiment by its name. */
export type Subject = RunAddress | { experiment: string };

/** The pages of the workspace: first segment of the path, and what the tab says. */
export const workspacePages = {
  benchmarks: 'Benchmarks',
  find: 'Find solutions',
  import: 'Import',
  methods: 'Methods',
  planner: 'Memory planner',
  playground: 'Sample group',
  preflight: 'Pre-flight',
  'reward-model': 'Reward model',
} as const;
export type WorkspacePage = keyof typeof workspacePages;

const isWorkspacePage = (name: string): name is WorkspacePage => Object.hasOwn(workspacePages, name);

/** The path of an address, as in links and bookmarks. */
export function addressPath(a: Address): string {
  if (!('page' in a)) return runPath(a);
  if (a.source !== undefined) return `/${a.page}/sources/${encodeURIComponent(a.source)}`;
  const about = !a.about ? '' : 'run' in a.about ? runPath(a.about) : `/experiments/${encodeURIComponent(a.about.experiment)}`;
  return `/${a.page}${about}${searchPath(a.search)}`;
}

/** The filter comes last: it may hold anything. */
function searchPath({ order, grouping, filter = '' }: Search = {}): string {
  const parts = [
    order === undefined ? '' : `/by ${encodeURIComponent(order)}`,
    grouping === undefined ? '' : `/grouped by ${grouping}`,
    filter === '' ? '' : `/where ${encodeURIComponent(filter.replace(/\p{Cs}/gu, '\ufffd'))}`,
  ];
  return parts.join('');
}

function runPath(a: RunAddress): string {
  let path = `/runs/${encodeURIComponent(a.run)}`;
  if (a.grades !== undefined) return `${path}/grades/${encodeURIComponent(a.grades)}`;
  if (a.doctor) return `${path}/doctor`;
  if (a.timeline) path += '/timeline';
  if (a.thenNow) return `${path}/then-now${rangesPath(a.thenNow)}`;
  if (a.questions) path += '/questions';
  if (a.tokens) path += '/tokens';
  if (a.step === undefined) return path;
  path += `/step ${a.step}`;
  if (a.group === undefined) return path;
  path += `/group ${a.group + 1}`;
  if (a.solution === undefined) return path;
  path += `/solution ${a.solution + 1}`;
  return a.token === undefined ? path : `${path}/token ${a.token + 1}`;
}

function rangesPath({ then, now, other }: ComparedRanges): string {
  const parts = [
    then && `/then ${rangeText(then)}`,
    now && `/now ${rangeText(now)}`,
    other !== undefined && `/with ${encodeURIComponent(other)}`,
  ];
  return parts.filter((part) => typeof part === 'string').join('');
}

export const sameAddress = (a: Address, b: Address): boolean => addressPath(a) === addressPath(b);

/** The run that a page shows or is about, if any: when that run is deleted, the page is closed. */
export function runOf(a: Address): string | undefined {
  if (!('page' in a)) return a.run;
  return a.about && 'run' in a.about ? a.about.run : undefined;
}

/** @returns the address, or undefined when the path is not one (never throws: links come from outside). */
export function parseAddress(path: string): Address | undefined {
  let plain: string;
  try {
    plain = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const page = /^\/([a-z][a-z-]*)(?=\/|$)/.exec(plain)?.[1];
  if (page === undefined || !isWorkspacePage(page)) return parseRunPath(plain);
  const rest = plain.slice(page.length + 1);
  if (rest === '') return { page };
  if (page === 'find') return parseSearch(rest);
  const experiment = /^\/experiments\/([A-Za-z0-9][A-Za-z0-9._-]*)$/.exec(rest)?.[1];
  const about = experiment === undefined ? parseRunPath(rest) : { experiment };
  return about && { page, about };
}

function parseSearch(rest: string): WorkspaceAddress | undefined {
  const m = /^(\/runs\/[^/]+)?(?:\/by ([^/]+))?(?:\/grouped by ([a-z]+))?(?:\/where ([\s\S]+))?$/.exec(rest);
  if (!m) return undefined;
  const [, path, order, grouped, filter] = m as unknown as (string | undefined)[];
  const about = path === undefined ? undefined : parseRunPath(path);
  const grouping = groupings.find((name) => name === grouped);
  if ((path !== undefined && about === undefined) || grouping !== grouped) return undefined;
  const search: Search = { ...(filter !== undefined && { filter }), ...(order !== undefined && { order }), ...(grouping && { grouping }) };
  return { page: 'find', ...(about && { about }), ...(Object.keys(search).length > 0 && { search }) };
}

/** @returns undefined where the path is no address of something in a run: of pages of the workspace, too */
export function parseRunAddress(path: string): RunAddress | undefined {
  const address = parseAddress(path);
  return address && 'run' in address ? address : undefined;
}

function parseCompared([, run = '', thenText, nowText, other]: readonly (string | undefined)[]): RunAddress | undefined {
  const [then, now] = [thenText, nowText].map((text) => (text === undefined ? undefined : parseRange(text)));
  if ((thenText !== undefined && !then) || (nowText !== undefined && !now)) return undefined;
  return { run, thenNow: { ...(then && { then }), ...(now && { now }), ...(other !== undefined && { other }) } };
}

function parseRunPath(plain: string): RunAddress | undefined {
  const grades = /^\/runs\/([A-Za-z0-9][A-Za-z0-9._-]*)\/grades\/([a-z0-9][a-z0-9._-]{0,99})$/.exec(plain);
  if (grades) return { run: grades[1], grades: grades[2] };
  const doctor = /^\/runs\/([A-Za-z0-9][A-Za-z0-9._-]*)\/doctor$/.exec(plain);
  if (doctor) return { run: doctor[1], doctor: true };
  const compared =
    /^\/runs\/([A-Za-z0-9][A-Za-z0-9._-]*)\/then-now(?:\/then ([^/]+))?(?:\/now ([^/]+))?(?:\/with ([A-Za-z0-9][A-Za-z0-9._-]*))?$/.exec(
      plain,
    );
  if (compared) return parseCompared(compared);
  const timeline = /^\/runs\/([A-Za-z0-9][A-Za-z0-9._-]*)\/timeline(?:\/step (\d{1,9}))?$/.exec(plain) as [string, string, string?] | null;
  if (timeline) return { run: timeline[1], timeline: true, ...(timeline[2] !== undefined && { step: Number(timeline[2]) }) };
  const questions = /^\/runs\/([A-Za-z0-9][A-Za-z0-9._-]*)\/questions(?:\/step (\d{1,9})\/group ([1-9]\d{0,8}))?$/.exec(plain) as
    [string, string, string?, string?] | null;
  if (questions) {
    const [, id, atStep, atGroup] = questions;
    return { run: id, questions: true, ...(atGroup !== undefined && { step: Number(atStep), group: Number(atGroup) - 1 }) };
  }
  const m =
    /^\/runs\/([A-Za-z0-9][A-Za-z0-9._-]*)(\/tokens)?(?:\/step (\d{1,9})(?:\/group (\d{1,9})(?:\/solution (\d{1,9})(?:\/token (\d{1,9}))?)?)?)?$/.exec(
      plain,
    );
  if (!m) return undefined;
  const [, run, tokens, step, group, solution, token] = m as unknown as [string, string, ...(string | undefined)[]];
  const address: RunAddress = { run };
  if (tokens !== undefined) address.tokens = true;
  if (step !== undefined) address.step = Number(step);
  if (group !== undefined) address.group = Number(group) - 1;
  if (solution !== undefined) address.solution = Number(solution) - 1;
  if (token !== undefined) address.token = Number(token) - 1;
  const numbers = [address.group, address.solution, address.token];
  return numbers.some((n) => n !== undefined && n < 0) || (tokens !== undefined && token !== undefined) ? undefined : address;
}
