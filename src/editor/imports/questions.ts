/** What a person is asked before something is imported. */
import { window, type QuickPickItem } from 'vscode';
import type { Mapping } from '../../importers/importer.js';
import type { FormatChoice, ImportLook } from '../../launch/imports/look.js';

interface Choice<T> extends QuickPickItem {
  value: T;
}

/** @returns the format's id; undefined when nothing is to be imported */
export async function askFormat(look: ImportLook, name: string): Promise<string | undefined> {
  if (look.chosen && !(await wantsOther(look.chosen, name))) return look.chosen.id;
  const items = look.formats.map(({ id, title, why }): Choice<string> => ({
    label: title,
    ...(why !== null && { detail: why }),
    value: id,
  }));
  const placeHolder = look.chosen
    ? 'Format'
    : look.formats.some(({ why }) => why !== null)
      ? 'It may be any of the first; which is it?'
      : 'No format is recognised in it; which is it?';
  return (await window.showQuickPick(items, { title: `Import ${name}`, placeHolder, matchOnDetail: true }))?.value;
}

/** @throws Dismissed when the question is dismissed */
async function wantsOther({ title, why }: FormatChoice, name: string): Promise<boolean> {
  const items: Choice<boolean>[] = [
    { label: `$(check) ${title}`, detail: why ?? '', value: false },
    { label: 'Another format…', value: true },
  ];
  const picked = await window.showQuickPick(items, { title: `Import ${name}`, placeHolder: 'What it looks like', matchOnDetail: true });
  if (!picked) throw new Dismissed();
  return picked.value;
}

/** The person went away from a question: nothing is done, and nothing is said. */
export class Dismissed extends Error {}

const meanings: readonly { key: keyof Mapping; label: string; needed?: boolean }[] = [
  { key: 'solution', label: 'Solution: the model’s output', needed: true },
  { key: 'question', label: 'Question: the prompt' },
  { key: 'reward', label: 'Reward' },
  { key: 'gold', label: 'Reference answer' },
  { key: 'correct', label: 'Correct: yes or no' },
  { key: 'advantage', label: 'Advantage' },
  { key: 'group', label: 'Group: what the solutions of one question at one step share' },
  { key: 'step', label: 'Step' },
];

/** Which field means what, one quick pick each, with the first row's value as the preview. @throws Dismissed */
export async function askMapping({ fields, guess }: ImportLook, name: string): Promise<Mapping> {
  if (fields.length === 0) throw new Error(`${name} holds no table (JSONL, CSV, Parquet or SQLite) with fields that could be named.`);
  const mapping: Partial<Mapping> = {};
  for (const [i, { key, label, needed }] of meanings.entries()) {
    const none: Choice<string | null> = { label: '$(circle-slash) Not in the file', value: null };
    const choice = ({ field, example }: ImportLook['fields'][number]): Choice<string | null> => ({
      label: field,
      detail: example.replace(/\s+/g, ' ').slice(0, 120),
      value: field,
    });
    const first = fields.filter(({ field }) => field === guess[key]).map(choice);
    const others = fields.filter(({ field }) => field !== guess[key]).map(choice);
    const items = needed ? [...first, ...others] : first.length > 0 ? [...first, none, ...others] : [none, ...others];
    const title = `Import ${name} (${i + 1}/${meanings.length})`;
    const picked = await window.showQuickPick(items, { title, placeHolder: label, matchOnDetail: true });
    if (!picked) throw new Dismissed();
    if (picked.value !== null) mapping[key] = picked.value;
  }
  const { solution } = mapping;
  if (solution === undefined) throw new Dismissed();
  return { ...mapping, solution };
}

/** @returns undefined where the source holds one run alone; @throws Dismissed */
export async function askRun({ runs }: ImportLook, name: string): Promise<string | undefined> {
  if (runs.length < 2) return undefined;
  const items = runs.map((run, i): Choice<string> => ({
    label: run.name,
    description: [
      run.lastStep === null ? 'no steps' : `step ${run.lastStep}`,
      i === 0 ? 'wrote last' : '',
      // Ids tell apart what names do not, and nothing to anybody otherwise.
      runs.filter(({ name }) => name === run.name).length > 1 ? run.id : '',
    ]
      .filter(Boolean)
      .join(' · '),
    value: run.id,
  }));
  const picked = await window.showQuickPick(items, { title: `Import ${name}`, placeHolder: 'It holds several runs; which one?' });
  if (!picked) throw new Dismissed();
  return picked.value;
}

/** Once, or followed as it grows. @throws Dismissed */
export async function askFollow(name: string): Promise<boolean> {
  const items: Choice<boolean>[] = [
    { label: '$(cloud-download) Import', detail: 'As it is now', value: false },
    { label: '$(sync) Import and Follow', detail: 'Keep up with it while it grows; stop and resume it like any run', value: true },
  ];
  const picked = await window.showQuickPick(items, { title: `Import ${name}` });
  if (!picked) throw new Dismissed();
  return picked.value;
}

/** @returns those of the earlier imports that the new one replaces; @throws Dismissed */
export async function askReplace(earlier: ImportLook['earlier'], name: string): Promise<ImportLook['earlier']> {
  if (earlier.length === 0) return [];
  const names = earlier.map((run) => run.name).join(', ');
  const items: Choice<boolean>[] = [
    { label: `Replace ${names}`, detail: 'The earlier import is deleted when the new one is there', value: true },
    { label: 'A new run', detail: 'The earlier import stays', value: false },
  ];
  const picked = await window.showQuickPick(items, { title: `Import ${name}`, placeHolder: `It was imported before, as ${names}` });
  if (!picked) throw new Dismissed();
  return picked.value ? earlier : [];
}

/** @returns undefined when it is dismissed */
export async function askGroupSize(now: number | undefined): Promise<number | undefined> {
  const text = await window.showInputBox({
    title: 'Group size',
    prompt: 'Solutions per question. The run is imported again with it.',
    value: now === undefined ? '' : String(now),
    validateInput: (value) => (/^[1-9]\d{0,4}$/.test(value.trim()) ? undefined : 'A whole number from 1.'),
  });
  return text === undefined ? undefined : Number(text);
}
