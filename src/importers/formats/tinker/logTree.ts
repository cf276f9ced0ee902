/**
 * The log tree of tinker-cookbook (`…_logtree.json`): nested headings, conversations and tables of the first groups.
 * Source: tinker_cookbook 0.6.1, utils/logtree.py, rl/rollouts.py, rl/problem_env.py.
 */
import { chatOf, type Chat } from '../../files/chat.js';
import { asArray, asRecord } from '../../files/json.js';

/** A trajectory as its tables say it: three decimals. */
export interface LoggedTrajectory {
  /** Tokens of each turn. */
  lengths: number[];
  total: number;
}

export interface LoggedAnswer {
  question: Chat;
  response: Chat;
  reference: string | null;
  /** Of the table `Reward components`, where the environment writes one. */
  reward: number | null;
}

export interface LoggedGroup {
  answers: LoggedAnswer[];
  trajectories: LoggedTrajectory[];
}

const maxDepth = 200;

/** @param tree the parsed file */
export function loggedGroups(tree: unknown): LoggedGroup[] {
  const groups: LoggedGroup[] = [];
  eachSection(asRecord(tree)?.root, (heading, body) => {
    if (heading !== 'Group Rollout') return false;
    groups.push(groupIn(body));
    return true;
  });
  return groups;
}

/** Prompt, response and reward come one after the other for each attempt, in the order in which attempts ended; then the trajectories. */
function groupIn(body: unknown[]): LoggedGroup {
  const answers: LoggedAnswer[] = [];
  const trajectories: LoggedTrajectory[] = [];
  let question: Chat | null = null;
  eachSection(body, (heading, inner) => {
    if (heading === 'Prompt') question = conversation(inner);
    else if (heading === 'Policy Response')
      answers.push({ question: question ?? nothing, response: conversation(inner) ?? nothing, reference: null, reward: null });
    else if (heading === 'Reward') {
      const table = tables(inner).at(0);
      const last = answers.at(-1);
      if (!last || !table) return true;
      last.reference = table.get('reference_answer') ?? null;
      last.reward = table.has('reward') ? Number(table.get('reward')) : null;
    } else if (/^Trajectory \d+ Episode$/.test(heading)) trajectories.push(trajectoryIn(inner));
    else return false;
    return true;
  });
  return { answers, trajectories };
}

function trajectoryIn(body: unknown[]): LoggedTrajectory {
  const all = tables(body);
  return {
    lengths: all.filter((table) => table.has('ac_len')).map((table) => Number(table.get('ac_len'))),
    total: Number(all.find((table) => table.has('total_return'))?.get('total_return') ?? NaN),
  };
}

/** Sections in their order, outermost first. @param take says whether it was one that was looked for: then nothing inside is looked at */
function eachSection(node: unknown, take: (heading: string, body: unknown[]) => boolean, depth = 0): void {
  if (depth > maxDepth) return;
  for (const child of childrenOf(node)) {
    const record = asRecord(child);
    if (!record) continue;
    const body = childrenOf(record);
    if (record.tag !== 'section' || !take(headingOf(body), body)) eachSection(body, take, depth + 1);
  }
}

const childrenOf = (node: unknown): unknown[] => asArray(node) ?? asArray(asRecord(node)?.children) ?? [];

function headingOf(body: readonly unknown[]): string {
  for (const child of body) {
    const record = asRecord(child);
    if (typeof record?.tag === 'string' && /^h\d$/.test(record.tag)) return plain(record);
  }
  return '';
}

const nothing: Chat = { text: '' };

function conversation(node: unknown, depth = 0): Chat | null {
  if (depth > maxDepth) return null;
  const messages = asArray(asRecord(asRecord(node)?.data)?.messages);
  if (messages) return chatOf(messages);
  for (const child of childrenOf(node)) {
    const found = conversation(child, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

/** Tables of two columns, key and value. */
function tables(node: unknown): Map<string, string>[] {
  return elements(node, 'table').map((table) => {
    const values = new Map<string, string>();
    for (const row of elements(table, 'tr')) {
      const cells = elements(row, 'td');
      if (cells.length === 2) values.set(plain(cells[0]), plain(cells[1]));
    }
    return values;
  });
}

/** All of a tag, in their order; inside one is not looked. */
function elements(node: unknown, tag: string, matches: Record<string, unknown>[] = [], depth = 0): Record<string, unknown>[] {
  if (depth > maxDepth) return matches;
  for (const child of childrenOf(node)) {
    const record = asRecord(child);
    if (record?.tag === tag) matches.push(record);
    else if (record) elements(record, tag, matches, depth + 1);
  }
  return matches;
}

const plain = (node: Record<string, unknown>): string =>
  childrenOf(node)
    .filter((child) => typeof child === 'string')
    .join('');
