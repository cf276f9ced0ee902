/** What is wrong with what a person says the fields of a table mean, as far as its first rows tell. Pure. */
import type { Role, RoleFields, TableView } from '../../src/contracts/import.js';
import { abridged } from '../../src/core/questionPreview.js';

export const roleLabel: Record<Role, string> = {
  solution: 'Solution (the model’s output)',
  question: 'Question (the prompt)',
  reward: 'Reward',
  gold: 'Reference answer',
  correct: 'Correct (yes or no)',
  advantage: 'Advantage',
  group: 'Group (shared by a question’s solutions)',
  step: 'Step',
};

/** Values of a field in the first rows, those that are there. */
export const valuesOf = ({ fields, rows }: TableView, field: string): string[] => {
  const column = fields.indexOf(field);
  return column < 0 ? [] : rows.flatMap((row) => row[column] ?? []);
};

export interface MappingFinding {
  role: Role;
  /** Nothing can be imported with it; a doubt can. */
  stops: boolean;
  text: string;
}

/** Values are cut by then. */
const cutAt = 200;
const isNumber = (value: string): boolean => value.trim() !== '' && !Number.isNaN(Number(value));
/** A list, as JSON: one value for each of several solutions. */
const isList = (value: string): boolean => value.trimStart().startsWith('[');

export function findingsOf(table: TableView, mapping: RoleFields): MappingFinding[] {
  const findings: MappingFinding[] = [];
  const find = (role: Role, stops: boolean, text: string): unknown => findings.push({ role, stops, text });
  const { solution, step } = mapping;
  if (solution === undefined)
    find('solution', true, 'Without the model’s outputs there are no groups to make: a table of curves alone cannot be imported yet.');
  else {
    const values = valuesOf(table, solution);
    if (values.every((value) => value.trim() === ''))
      find('solution', true, `“${solution}” is empty in the first rows: there is no output to show.`);
    else if (values.every(isNumber)) find('solution', false, `“${solution}” holds numbers in the first rows. Is it the model’s output?`);
    // Of longer texts only the beginnings are here, which may be all alike.
    else if (values.length > 4 && new Set(values).size === 1 && values[0].length < cutAt)
      find('solution', false, `“${solution}” says the same in all of the first rows. Is it the model’s output?`);
    if (values.length > 0 && values.length < table.rows.length)
      find(
        'solution',
        true,
        `“${solution}” is missing in ${table.rows.length - values.length} of the first ${table.rows.length} rows: every row needs one.`,
      );
  }
  if (step !== undefined) {
    const wrong = valuesOf(table, step).find((value) => !/^\s*\d+(?:\.0*)?\s*$/.test(value));
    if (wrong !== undefined) find('step', true, `“${abridged(wrong, 40)}” is no step: steps are whole numbers from 0.`);
  }
  for (const role of ['reward', 'advantage'] as const) {
    const field = mapping[role];
    const values = field === undefined ? [] : valuesOf(table, field);
    if (
      values.length > 0 &&
      values.every((value) => !isNumber(value) && !isList(value) && !/^(?:true|false|nan|-?inf(?:inity)?)$/i.test(value))
    )
      find(role, false, `“${field!}” holds no numbers in the first rows: it would stay unknown.`);
  }
  const entries = Object.entries(mapping) as [Role, string][];
  for (const [role, field] of entries)
    if (
      role !== 'group' &&
      entries.some(
        ([other, same]) =>
          same === field &&
          other !== role &&
          other !== 'group' &&
          entries.findIndex(([r]) => r === other) < entries.findIndex(([r]) => r === role),
      )
    )
      find(role, false, `“${field}” is named twice.`);
  return findings;
}
