/** One row of a table by a person's mapping. */
import { chatOf, chatText, type Chat } from '../../files/chat.js';
import { asArray, atPath, numeric } from '../../files/json.js';
import type { ForeignSolution } from '../../foreignGroups.js';
import type { Mapping } from '../../importer.js';

export interface MappedRow {
  step: number;
  question: Chat | null;
  gold: string | null;
  /** The group's key, when a field is mapped to it. */
  group: string | null;
  solutions: ForeignSolution[];
}

/** @returns what makes a row of a record; its `fail` is called when a mapped field is missing or cannot be what it is mapped to */
export function rowMapper(mapping: Mapping): (record: Record<string, unknown>, fail: (reason: string) => never) => MappedRow {
  const term = mapping.reward === undefined ? null : lastPart(mapping.reward);
  const solutionOf = (text: unknown, reward: unknown, advantage: unknown, correct: unknown): ForeignSolution => {
    const solution: ForeignSolution = { ...chatOf(text), advantage: numeric(advantage), correct: truth(correct) };
    if (term === null) return solution;
    solution.reward = numeric(reward);
    solution.rewards = { [term]: solution.reward };
    return solution;
  };

  return (record: Record<string, unknown>, fail: (reason: string) => never) => {
    const get = (field: string | undefined): unknown => (field === undefined ? undefined : atPath(record, field));
    const raw = get(mapping.solution);
    if (raw === undefined || raw === null)
      fail(`no field "${mapping.solution}" for the solution. The row has ${Object.keys(record).slice(0, 30).join(', ')}.`);
    const step = mapping.step === undefined ? 1 : numeric(get(mapping.step));
    if (step === null || !Number.isSafeInteger(step) || step < 0)
      fail(`"${mapping.step ?? ''}" is ${JSON.stringify(get(mapping.step))}, which is no step: it must be a whole number from 0.`);
    const reward = get(mapping.reward);
    const advantage = get(mapping.advantage);
    const correct = get(mapping.correct);
    const texts = textsOf(raw);
    const n = texts?.length ?? 1;
    return {
      step,
      question: questionOf(get(mapping.question)),
      gold: chatText(get(mapping.gold)),
      group: mapping.group === undefined ? null : (chatText(get(mapping.group)) ?? ''),
      solutions: texts
        ? texts.map((text, i) => solutionOf(text, part(reward, i, n), part(advantage, i, n), part(correct, i, n)))
        : [solutionOf(raw, reward, advantage, correct)],
    };
  };
}

const questionOf = (value: unknown): Chat | null => (value === undefined || value === null ? null : chatOf(value));

/** A list of plain texts is a whole group. */
function textsOf(value: unknown): unknown[] | null {
  const list = asArray(value);
  return list && list.length > 0 && list.every((item) => typeof item === 'string') ? list : null;
}

/** What a field says of one of several solutions: each its own in a list of as many, else all the same. */
function part(whole: unknown, index: number, of: number): unknown {
  const each = asArray(whole);
  return each?.length === of ? each[index] : whole;
}

function truth(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(true|yes|correct|c)$/i.test(value)) return true;
  if (typeof value === 'string' && /^(false|no|incorrect|i)$/i.test(value)) return false;
  const n = numeric(value);
  return n === 1 ? true : n === 0 ? false : null;
}

const lastPart = (field: string): string => field.slice(field.lastIndexOf('.') + 1).slice(0, 80) || 'reward';
