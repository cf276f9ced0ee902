import { ProgressLocation, Uri, window, workspace } from 'vscode';
import { count } from '../../core/format.js';
import { writeWhole } from '../../core/files/writeWhole.js';
import { fileEnd, type ExportFormat } from '../../exporting/exportFormat.js';
import { exportSolutions, inGroups } from '../../exporting/exportSolutions.js';
import { pairRules, pairRuleText } from '../../exporting/pairs.js';
import { summaryText } from '../../exporting/summaryText.js';
import { search, type SearchOptions, type SearchState } from '../../store/finding/search.js';
import type { FoundSolution } from '../../store/views.js';
import type { PageSources } from '../pages/sources.js';

type Place = FoundSolution['address'];
type Matches = Pick<SearchOptions, 'filter' | 'runs'>;

/**
 * Asks in which form and where to, writes, and says what was written and what was left out.
 * @param what these solutions, or all that match
 */
export async function exportTo(what: Place[] | Matches, asking: PageSources['asking']): Promise<void> {
  const picked = await window.showQuickPick(forms, {
    title: `Export ${Array.isArray(what) ? count(what.length, 'selected solution') : 'all solutions that match'}`,
    placeHolder: 'As what?',
    ignoreFocusOut: true,
  });
  if (picked === undefined) return;
  const { format } = picked;
  const folder = workspace.workspaceFolders?.at(0)?.uri;
  const end = fileEnd(format);
  const name = `${format.as === 'pairs' ? 'pairs' : 'solutions'}.${end}`;
  const file = await window.showSaveDialog({
    title: picked.label,
    ...(folder && { defaultUri: Uri.joinPath(folder, name) }),
    filters: { [kindNames[end]]: [end] },
  });
  if (file === undefined) return;
  const outcome = await window.withProgress(
    { location: ProgressLocation.Notification, title: 'Exporting solutions', cancellable: true },
    async (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort(new Error('The export was cancelled: no file was written.')));
      const { signal } = stop;
      let last: SearchState | undefined;
      async function* places(): AsyncGenerator<Place[]> {
        if (Array.isArray(what)) {
          yield inGroups(what);
          return;
        }
        const options = { ...what, limit: Infinity, counting: true, atOnce: 2 };
        for await (last of search((ended) => asking({ signal: AbortSignal.any([ended, signal]) }), options)) {
          progress.report({ message: `${last.seen.toLocaleString('en-US')} of ${count(last.plan.solutions, 'solution')} looked at` });
          yield last.rows.map((row) => row.address);
        }
      }
      const summary = await writeWhole(file.fsPath, (write) => exportSolutions(asking({ signal }), places(), format, write));
      const left = (last?.plan.left ?? 0) > 0 ? `; ${count(last!.plan.left, 'solution')} of the oldest steps were not looked at` : '';
      return `${workspace.asRelativePath(file)}: ${summaryText(format, summary)}${left}.`;
    },
  );
  void window.showInformationMessage(outcome);
}

const kindNames = { jsonl: 'JSON Lines', csv: 'CSV', parquet: 'Parquet' } as const;
const pairNames = { 'best-worst': 'Best against Worst', 'right-wrong': 'Right against Wrong' } as const;

const forms: { label: string; detail: string; format: ExportFormat }[] = [
  { label: 'JSON Lines', detail: 'a line a solution, with its whole text, rewards and turns', format: { as: 'jsonl' } },
  { label: 'CSV', detail: 'a row a solution, with its whole text', format: { as: 'csv' } },
  { label: 'Parquet', detail: 'a row a solution, with its whole text, rewards and turns, in typed columns', format: { as: 'parquet' } },
  ...pairRules.flatMap((rule) =>
    (['jsonl', 'parquet'] as const).map((file) => ({
      label: `Preference Pairs: ${pairNames[rule]}${file === 'parquet' ? ', as Parquet' : ''}`,
      detail: pairRuleText[rule],
      format: { as: 'pairs' as const, rule, file },
    })),
  ),
];
