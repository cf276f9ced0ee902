/** One row of a table by a person's mapping. */
import { chatText } from '../files/chatText.js';
import { asArray, atPath, number } from '../files/json.js';
import type { ForeignSolution } from '../groups.js';
import type { Mapping } from '../importer.js';

export interface MappedRow {
  step: number;
  question: string | null;
  gold: string | null;
  /** The group's key, when a field is mapped to it. */
  group: string | null;
  solutions: ForeignSolution[];
}

/** @param fail called when a mapped field is missing or cannot be what it is mapped to */
export function mappedRow(row: Record<string, unknown>, mapping: Mapping, fail: (reason: string) => never): MappedRow {
  const get = (field: string | undefined): unknown => (field === undefined ? undefined : atPath(row, field));
  const raw = get(mapping.solution);
  if (raw === undefined || raw === null)
    fail(`no field "${mapping.solution}" for the solution. The row has ${Object.keys(row).slice(0, 30).join(', ')}.`);
  const step = mapping.step === undefined ? 1 : numeric(get(mapping.step));
  if (step === null || !Number.isSafeInteger(step) || step < 0)
    fail(`"${mapping.step ?? ''}" is ${JSON.stringify(get(mapping.step))}, which is no step: it must be a whole number from 0.`);
  // A list of plain texts is a row with a whole group.
  const list = asArray(raw);
  const texts = list && list.length > 0 && list.every((item) => typeof item === 'string') ? list : [raw];
  const solutions = texts.map((value, i): ForeignSolution => {
    const part = (field: string | undefined): unknown => {
      const whole = get(field);
      const each = asArray(whole);
      return each && list === texts && each.length === texts.length ? each[i] : whole;
    };
    const reward = numeric(part(mapping.reward));
    return {
      text: chatText(value) ?? '',
      ...(mapping.reward !== undefined && { rewards: { [lastPart(mapping.reward)]: reward }, reward }),
      advantage: numeric(part(mapping.advantage)),
      correct: truth(part(mapping.correct)),
    };
  });
  const group = get(mapping.group);
  return {
    step,
    question: chatText(get(mapping.question)),
    gold: chatText(get(mapping.gold)),
    group: mapping.group === undefined ? null : (chatText(group) ?? ''),
    solutions,
  };
}

/** Also numbers that stand in text, as in CSV. */
function numeric(value: unknown): number | null {
  const plain = number(value);
  if (plain !== null || typeof value !== 'string' || value.trim() === '') return plain;
  const parsed = Number(value);
  return Number.isNaN(parsed) ? null : parsed;
}

function truth(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(true|yes|correct|c)$/i.test(value)) return true;
  if (typeof value === 'string' && /^(false|no|incorrect|i)$/i.test(value)) return false;
  const n = numeric(value);
  return n === 1 ? true : n === 0 ? false : null;
}

const lastPart = (field: string): string => field.slice(field.lastIndexOf('.') + 1).slice(0, 80) || 'reward';
