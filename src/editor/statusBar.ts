import { MarkdownString, StatusBarAlignment, window, type StatusBarItem } from 'vscode';
import { isLive, type RunSummary } from '../store/views.js';
import { Disposable } from './disposable.js';
import type { Runs } from './runs.js';
import { curveRange, remaining, runLine, spokenDescription, stateText, stepText } from '../words/runText.js';

/** `⟳ arith-grpo-3 42/100 · 2 min left`: there while something runs; a click opens its dashboard, or asks which. */
export class StatusBar extends Disposable {
  private readonly item: StatusBarItem;

  constructor(private readonly runs: Runs) {
    super();
    this.item = this.register(window.createStatusBarItem('grpoLab.runs', StatusBarAlignment.Left, 10));
    this.item.name = 'GRPO Lab Runs';
    this.register(runs.onDidUpdate(() => void this.update()));
  }

  async update(): Promise<void> {
    const now = Date.now();
    const live = (await this.runs.all()).filter((r) => isLive(r.state) && !isLongQuiet(r, now));
    const first = live.at(0);
    if (!first) {
      this.item.hide();
      return;
    }
    const sign = live.every((r) => r.quietSince !== null) ? '$(watch)' : '$(sync~spin)';
    this.item.text = `${sign} ${live.length === 1 ? one(first) : `${live.length} runs ${live.map(stepText).join(', ')}`}`;
    const tooltip = new MarkdownString();
    for (const r of live) tooltip.appendText(`${[`${r.experiment} ${runLine(r)}`, curveRange(r)].filter(Boolean).join(' · curve: ')}\n`);
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: live.map((r) => `${r.name}, ${spokenDescription(r)}`).join('; ') };
    this.item.command =
      live.length === 1
        ? { command: 'grpoLab.run.open', title: 'Open Dashboard', arguments: [first.id] }
        : { command: 'grpoLab.open', title: 'Open Run' };
    this.item.show();
  }
}

const one = (r: RunSummary): string =>
  [`${r.name} ${stepText(r)}`, r.quietSince === null ? remaining(r) : stateText(r)].filter(Boolean).join(' · ');

/** A run that nobody has heard of for this long is not what goes on now; the explorer says so still. */
const LONG_MS = 3_600_000;
const isLongQuiet = ({ quietSince }: RunSummary, now: number): boolean => quietSince !== null && now - Date.parse(quietSince) > LONG_MS;
