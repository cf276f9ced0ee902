/** What is chosen on the form, and what of it becomes an import. Pure. */
import { z } from 'zod';
import {
  roles,
  type FormatView,
  type ImportChoices,
  type ImportView,
  type RoleFields,
  type SourceView,
} from '../../src/contracts/import.js';
import { findingsOf } from './mapping.js';

/** The form as a person has filled it in; kept through hiding and reloading. */
export const formSchema = z.object({
  path: z.string(),
  format: z.string().nullable(),
  /** Ids of the runs that are taken, of several. */
  runs: z.array(z.string()),
  /** All of several are read as one run. */
  asOne: z.boolean(),
  name: z.string(),
  groupSize: z.string(),
  mapping: z.partialRecord(z.enum(roles), z.string()),
  folder: z.string().nullable(),
  follow: z.boolean(),
  replace: z.boolean(),
});
export type Form = z.output<typeof formSchema>;

export const emptyForm = (path: string, source: SourceView | null): Form => ({
  path,
  format: source?.chosen ?? null,
  runs: [],
  asOne: false,
  name: '',
  groupSize: '',
  mapping: { ...source?.guess },
  folder: null,
  follow: false,
  replace: (source?.earlier.length ?? 0) > 0,
});

export const formatOf = ({ format }: Form, source: SourceView): FormatView | undefined => source.formats.find(({ id }) => id === format);

export const groupSizeProblem = (text: string): string | null =>
  text.trim() === '' || /^[1-9]\d{0,4}$/.test(text.trim()) ? null : 'A whole number from 1, or nothing.';

/** Of several runs those that are to be taken, each as a run of its own. */
export const chosenRuns = ({ runs }: Form, format: FormatView): string[] =>
  format.runs.map(({ id }) => id).filter((id) => runs.includes(id));

/** Earlier imports of what is chosen: those of other runs from the same place stay. */
export function replaceable(form: Form, { earlier, ...source }: SourceView): SourceView['earlier'] {
  const format = formatOf(form, { earlier, ...source });
  const several = format !== undefined && format.runs.length > 1 && !form.asOne;
  return earlier.filter(({ run }) => (several ? run !== null && chosenRuns(form, format).includes(run) : run === null));
}

/** Why it cannot be imported as it stands; null when it can. */
export function whyNot(form: Form, { source, trusted, folders, work }: ImportView): string | null {
  if (source?.nothing !== null) return 'There is nothing to import.';
  if (!trusted) return 'This workspace is not trusted.';
  if (folders.length === 0) return 'Open a folder first: runs are kept in it.';
  if (work.state === 'working') return 'An import is under way.';
  const format = formatOf(form, source);
  if (!format) return 'Choose what format it is.';
  if (format.runs.length > 1 && !form.asOne && chosenRuns(form, format).length === 0) return 'Choose which runs.';
  if (format.takesGroupSize && groupSizeProblem(form.groupSize) !== null) return 'The group size is no number.';
  if (format.id !== 'generic') return null;
  if (!source.table) return 'There is no table in it whose fields could be named.';
  return findingsOf(source.table, form.mapping).find(({ stops }) => stops)?.text ?? null;
}

/** @returns undefined where `whyNot` says why */
export function choicesOf(form: Form, view: ImportView): ImportChoices | undefined {
  const format = view.source && formatOf(form, view.source);
  if (!format || whyNot(form, view) !== null) return undefined;
  const mapping: RoleFields = form.mapping;
  return {
    path: view.path,
    format: format.id,
    ...(format.runs.length > 1 && !form.asOne && { runs: chosenRuns(form, format) }),
    ...(form.name.trim() !== '' && { name: form.name.trim().slice(0, 200) }),
    ...(format.takesGroupSize && form.groupSize.trim() !== '' && { groupSize: Number(form.groupSize) }),
    ...(format.id === 'generic' && mapping.solution !== undefined && { mapping: { ...mapping, solution: mapping.solution } }),
    ...(form.folder !== null && view.folders.includes(form.folder) && { folder: form.folder }),
    follow: form.follow,
    replace: form.replace && replaceable(form, view.source!).length > 0,
  };
}
