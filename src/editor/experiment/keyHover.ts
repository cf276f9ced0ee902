import { ColorThemeKind, Hover, languages, MarkdownString, window, type HoverProvider, type Position, type TextDocument } from 'vscode';
import { keyAt, type KeyAt } from '../../experiment/experimentKeys.js';
import { asWritten } from '../../experiment/experimentJsonSchema.js';
import type { KeyPath } from '../../experiment/yamlSource.js';
import { metrics, type MetricInfo } from '../../protocol/metrics.js';
import type { StoreClientQueries } from '../../store/questions.js';
import type { RunDetail, RunSeries, RunSummary } from '../../store/views.js';
import { Disposable } from '../disposable.js';
import { belongs } from '../explorer/experimentNode.js';
import { experimentDocuments } from '../experimentFiles.js';
import type { Runs } from '../runs.js';
import { settings } from '../settings.js';
import { runLabel } from '../../words/runText.js';
import { curveChart, svgDataUri, type ChartTheme, type Curve } from './curveChart.js';
import { describeExperiment } from './describe.js';
import { vsRange } from './ranges.js';

const MAX_POINTS = 120;
/** More pictures than this make a hover one has to scroll. */
const MAX_CHARTS = 2;

const themes: Record<ColorThemeKind, ChartTheme> = {
  [ColorThemeKind.Light]: 'light',
  [ColorThemeKind.Dark]: 'dark',
  [ColorThemeKind.HighContrast]: 'highContrastDark',
  [ColorThemeKind.HighContrastLight]: 'highContrastLight',
};

/** Over a key: what it does, the paper's value, the default, and the curves it governs in the latest runs, each with its value of the key. */
export class KeyHover extends Disposable implements HoverProvider {
  constructor(
    private readonly runs: Runs,
    private readonly store: StoreClientQueries,
  ) {
    super();
    this.register(languages.registerHoverProvider(experimentDocuments, this));
  }

  async provideHover(document: TextDocument, position: Position): Promise<Hover | undefined> {
    const text = document.getText();
    const key = keyAt(text, document.offsetAt(position));
    if (!key) return undefined;
    const content = new MarkdownString(words(key), true);
    const file = describeExperiment(document.uri, text);
    const own = (await this.runs.all()).filter((r) => belongs(r, file));
    for (const svg of await this.charts(key, own.slice(0, settings.hoverRuns())))
      content.appendMarkdown(`\n\n![curves](${svgDataUri(svg)})`);
    return new Hover(content, vsRange(key.range));
  }

  private async charts(key: KeyAt, latest: RunSummary[]): Promise<string[]> {
    if (key.info.governs.length === 0 || latest.length === 0) return [];
    const ids = latest.map((r) => r.id);
    const details = await Promise.all(ids.map((id) => this.store.run(id)));
    const charts = await Promise.all(key.info.governs.map((metric) => this.store.series(ids, { metrics: [metric], room: MAX_POINTS })));
    const theme = themes[window.activeColorTheme.kind];
    return key.info.governs
      .map((metric, m) => {
        const curves = details.flatMap((d): Curve[] => {
          const found = d && charts[m].find((s) => s.run === d.id);
          const stretches = found ? stretchesOf(found) : [];
          return d && found && stretches.length > 0 ? [{ label: label(d, key.path), stretches, stride: found.stride }] : [];
        });
        return curves.length > 0 ? curveChart(titleOf(metric), curves, theme) : '';
      })
      .filter(Boolean)
      .slice(0, MAX_CHARTS);
  }
}

/** The values of the only metric, cut where they do not hang together. */
function stretchesOf({ step, metrics: [{ value, breaks }] }: RunSeries): Curve['stretches'] {
  const cuts = new Set(breaks);
  const stretches: Curve['stretches'] = [];
  for (const [i, y] of value.entries()) {
    if (y === null) continue;
    if (stretches.length === 0 || cuts.has(i)) stretches.push([]);
    stretches.at(-1)!.push([step[i], y]);
  }
  return stretches;
}

function words({ path, info }: KeyAt): string {
  const facts = [
    info.paper === undefined ? '' : `paper: \`${info.paper}\``,
    info.default === undefined ? '' : `default: \`${asWritten(info.default)}\``,
    `takes: ${info.accepts.replace(/\|/g, '\\|')}`,
  ];
  return `**${path.filter((p) => typeof p === 'string').join('.')}**: ${info.description}\n\n${facts.filter(Boolean).join(' · ')}`;
}

/** `run 3 · 0.04`: the run with its own value of the key. */
function label(run: RunDetail, path: KeyPath): string {
  const value = path.reduce<unknown>(
    (v, s) => (typeof v === 'object' && v !== null ? (v as Record<string, unknown>)[s] : undefined),
    run.resolved,
  );
  return value === undefined ? runLabel(run) : `${runLabel(run)} · ${asWritten(value)}`;
}

function titleOf(metric: string): string {
  const known: Partial<Record<string, MetricInfo>> = metrics;
  const info = known[metric];
  return info ? `${info.label}${info.unit ? ` (${info.unit})` : ''}` : metric;
}
