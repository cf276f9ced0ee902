/** Read-only texts of a run that are not files: the experiment as it was, a solution for a diff, events that were refused, its log. */
import { allRows } from '../core/listPages.js';
import { decodeTexts } from '../core/utf8.js';
import { commands, Uri, workspace, type TextDocumentContentProvider } from 'vscode';
import { addressPath, parseRunAddress, type RunAddress } from '../protocol/address.js';
import type { StoreClientQueries } from '../store/questions.js';
import type { RunDetail, SolutionAnswer } from '../store/views.js';
import { Disposable } from './disposable.js';
import { placeTitle } from './pages/titles.js';
import { diffSides, diffTitle } from './solutionDiff.js';

const scheme = 'grpo-lab';
type Document = 'config' | 'source' | 'resolved' | 'solution' | 'problems' | 'log';
const LOG_LINES = 5000;

/** @param name what the tab says */
const documentUri = (kind: Document, address: RunAddress, name: string): Uri =>
  // A slash in a run's name is no folder.
  Uri.from({ scheme, authority: kind, path: `/${name.replaceAll('/', '∕')}`, query: addressPath(address) });

export const configUri = (run: RunDetail): Uri => documentUri('config', { run: run.id }, `${run.name} (as it was).experiment.yaml`);
export const problemsUri = (run: RunDetail): Uri => documentUri('problems', { run: run.id }, `${run.name}, events not read.txt`);
export const logUri = (run: RunDetail): Uri => documentUri('log', { run: run.id }, `${run.name}.log`);

/**
 * Opens VS Code's diff editor on two experiments as they were; where one was imported, on the settings that both resolved to.
 * @returns false, and opens nothing, where they are the same
 */
export async function diffConfigs(left: RunDetail, right: RunDetail): Promise<boolean> {
  const kind = left.source !== '' && right.source !== '' ? 'source' : 'resolved';
  if (configText(kind, left) === configText(kind, right)) return false;
  const uri = ({ id, name }: RunDetail): Uri => documentUri(kind, { run: id }, `${name}.${kind === 'source' ? 'experiment.yaml' : 'json'}`);
  await commands.executeCommand('vscode.diff', uri(left), uri(right), `${left.name} ↔ ${right.name}: configuration`, { preview: true });
  return true;
}

/** The configuration of a run as text. Keys are sorted, so that another order of keys is no difference. */
const configText = (kind: 'source' | 'resolved', { source, resolved }: RunDetail): string =>
  kind === 'source' ? source : `${JSON.stringify(inOrder(resolved), null, 2)}\n`;

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, of]) => [key, inOrder(of)]),
  );
}

/** Opens VS Code's diff editor on two solutions of a run: the one with the larger advantage on its green side. */
export async function diffSolutions(one: RunAddress, other: RunAddress, store: StoreClientQueries): Promise<void> {
  const [a, b] = await Promise.all([one, other].map((at) => store.solution(at.run, at.step ?? 0, at.group ?? 0, at.solution ?? 0)));
  if (!a || !b) throw new Error('One of the two solutions is not here any more.');
  const { left, right } = diffSides(a, b);
  const uri = ({ run, step, group, index }: SolutionAnswer): Uri => {
    const address = { run, step, group, solution: index };
    return documentUri('solution', address, `${placeTitle(address)}.txt`);
  };
  await commands.executeCommand('vscode.diff', uri(left), uri(right), diffTitle(left, right), { preview: true });
}

export class Documents extends Disposable implements TextDocumentContentProvider {
  constructor(private readonly store: StoreClientQueries) {
    super();
    this.register(workspace.registerTextDocumentContentProvider(scheme, this));
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const address = parseRunAddress(uri.query);
    if (!address) throw new Error(`${uri.toString()} does not name a run.`);
    const { run, step, group, solution } = address;
    const kind = uri.authority as Document;
    switch (kind) {
      case 'config': {
        const detail = await this.store.run(run);
        if (!detail) return gone(run);
        if (detail.source !== '') return `# As it was when ${detail.name} was launched (${detail.created}).\n${detail.source}`;
        return `# ${detail.name} was imported. This is what its trainer recorded of its configuration.\n${configText('resolved', detail)}`;
      }
      case 'source':
      case 'resolved': {
        const detail = await this.store.run(run);
        return detail ? configText(kind, detail) : gone(run);
      }
      case 'solution': {
        if (step === undefined || group === undefined || solution === undefined) return gone(uri.query);
        const found = await this.store.solution(run, step, group, solution);
        return found ? decodeTexts(found).text : gone(uri.query);
      }
      case 'problems': {
        const problems = await allRows((after) => this.store.problems(run, { after }));
        const lines = problems.map((p) => `${p.file}:${p.line}: ${p.reason}`);
        return ['These lines of the run directory are not valid events and were left out.', '', ...lines, ''].join('\n');
      }
      case 'log': {
        const newest = await allRows((after) => this.store.logs(run, { after }), LOG_LINES + 1);
        const lines = newest.slice(0, LOG_LINES).reverse();
        const inOrder = lines.sort((a, b) => a.time.localeCompare(b.time));
        const older =
          newest.length > LOG_LINES ? `The newest ${LOG_LINES} lines; grpo-lab logs ${run} --lines … has the older ones.\n\n` : '';
        return (
          older + inOrder.map((l) => `${l.time} ${l.level.padEnd(7)} ${l.step === null ? '' : `step ${l.step}: `}${l.message}\n`).join('')
        );
      }
    }
  }
}

const gone = (what: string): string => `${what} is not here any more.\n`;
