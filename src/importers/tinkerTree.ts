/**
 * The log tree of tinker-cookbook (`…_logtree.json`): nested headings, conversations and tables of the first groups.
 * Source: tinker_cookbook 0.6.1, utils/logtree.py, rl/rollouts.py, rl/problem_env.py.
 */
import { chatText } from './files/chatText.js';
import { asArray, asRecord, text } from './files/json.js';

/** A trajectory as its tables say it: three decimals. */
export interface LoggedTrajectory {
  /** Tokens of each turn. */
  lengths: number[];
  total: number;
}

export interface LoggedAnswer {
  question: string;
  response: string;
  reference: string | null;
  /** Of the table `Reward components`, where the environment writes one. */
  reward: number | null;
}

export interface LoggedGroup {
  answers: LoggedAnswer[];
  trajectories: LoggedTrajectory[];
}

const maxDepth = 200;

interface Found {
  heading: string;
  body: unknown[];
}

/** @param tree the parsed file */
export function loggedGroups(tree: unknown): LoggedGroup[] {
  return sections(asRecord(tree)?.root, 'Group Rollout').map(({ body }) => ({
    answers: answersIn(body),
    trajectories: sections(body, /^Trajectory \d+ Episode$/).map(({ body: inner }) => ({
      lengths: tables(inner).flatMap((table) => (table.has('ac_len') ? [Number(table.get('ac_len'))] : [])),
      total: Number(
        tables(inner)
          .find((table) => table.has('total_return'))
          ?.get('total_return') ?? NaN,
      ),
    })),
  }));
}

/** Prompt, response and reward come one after the other for each attempt, in the order in which attempts ended. */
function answersIn(body: unknown[]): LoggedAnswer[] {
  const answers: LoggedAnswer[] = [];
  let question: string | null = null;
  for (const { heading, body: inner } of sections(body, /^(Prompt|Policy Response|Reward)$/)) {
    if (heading === 'Prompt') question = conversation(inner);
    else if (heading === 'Policy Response')
      answers.push({ question: question ?? '', response: conversation(inner) ?? '', reference: null, reward: null });
    else {
      const table = tables(inner)[0] as Map<string, string> | undefined;
      const last = answers.at(-1);
      if (!last || !table) continue;
      last.reference = table.get('reference_answer') ?? null;
      last.reward = table.has('reward') ? Number(table.get('reward')) : null;
    }
  }
  return answers;
}

/** Sections by their heading, outermost first; inside one that fits is not looked. */
function sections(node: unknown, wanted: string | RegExp, depth = 0): Found[] {
  if (depth > maxDepth) return [];
  const list = asArray(node);
  if (list) return list.flatMap((inner) => sections(inner, wanted, depth + 1));
  const record = asRecord(node);
  const children = asArray(record?.children) ?? [];
  if (record?.tag === 'section') {
    const head = children.map(asRecord).find((child) => /^h\d$/.test(text(child?.tag) ?? ''));
    const heading = plain(head);
    if (typeof wanted === 'string' ? heading === wanted : wanted.test(heading)) return [{ heading, body: children }];
  }
  return sections(children, wanted, depth + 1);
}

function conversation(node: unknown): string | null {
  const found = first(node, (record) => asArray(asRecord(record.data)?.messages));
  return found === null ? null : chatText(found);
}

function first<T>(node: unknown, get: (record: Record<string, unknown>) => T | null, depth = 0): T | null {
  if (depth > maxDepth) return null;
  const record = asRecord(node);
  const here = record ? get(record) : null;
  if (here !== null) return here;
  for (const child of asArray(node) ?? asArray(record?.children) ?? []) {
    const found = first(child, get, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

/** Tables of two columns, key and value. */
function tables(node: unknown, depth = 0): Map<string, string>[] {
  if (depth > maxDepth) return [];
  const record = asRecord(node);
  if (record?.tag !== 'table') return (asArray(node) ?? asArray(record?.children) ?? []).flatMap((child) => tables(child, depth + 1));
  const rows = collect(record, 'tr').map((row) => collect(row, 'td').map((cell) => plain(cell)));
  return [new Map(rows.flatMap((cells) => (cells.length === 2 ? [[cells[0], cells[1]] as const] : [])))];
}

function collect(node: Record<string, unknown>, tag: string, depth = 0): Record<string, unknown>[] {
  if (depth > maxDepth) return [];
  return (asArray(node.children) ?? []).flatMap((child) => {
    const record = asRecord(child);
    if (!record) return [];
    return record.tag === tag ? [record] : collect(record, tag, depth + 1);
  });
}

const plain = (node: Record<string, unknown> | undefined | null): string =>
  (asArray(node?.children) ?? []).filter((child) => typeof child === 'string').join('');
