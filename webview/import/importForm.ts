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
  place: z.string(),
  run: z.string().nullable(),
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
  place: '',
  run: null,
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

/** Why it cannot be imported as it stands; null when it can. */
export function whyNot(form: Form, { source, trusted, folders, work }: ImportView): string | null {
  if (source?.nothing !== null) return 'There is nothing to import.';
  if (!trusted) return 'This workspace is not trusted.';
  if (folders.length === 0) return 'Open a folder first: runs are kept in it.';
  if (work.state === 'working') return 'An import is under way.';
  const format = formatOf(form, source);
  if (!format) return 'Choose what format it is.';
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
    ...(form.place !== '' && format.places.some(({ path }) => path === form.place) && { place: form.place }),
    ...(format.runs.length > 1 && { run: form.run ?? format.runs[0].id }),
    ...(form.name.trim() !== '' && { name: form.name.trim().slice(0, 200) }),
    ...(format.takesGroupSize && form.groupSize.trim() !== '' && { groupSize: Number(form.groupSize) }),
    ...(format.id === 'generic' && mapping.solution !== undefined && { mapping: { ...mapping, solution: mapping.solution } }),
    ...(form.folder !== null && view.folders.includes(form.folder) && { folder: form.folder }),
    follow: form.follow,
    replace: form.replace && view.source!.earlier.length > 0,
  };
}
