/** A small line chart as SVG text, for hovers: no script, no fonts of its own, one colour per curve. */
import { escapeHtml } from '../../core/escapeHtml.js';
import { alike, significant } from '../../core/format.js';
import { abridged } from '../../core/questionPreview.js';

export interface Curve {
  /** e.g. `run 3 · 0.04` */
  label: string;
  /** [x, y] in order of x, all finite; nothing is known between one stretch and the next. */
  stretches: [number, number][][];
  /** 1 when every step is drawn; otherwise n: the lowest and highest value of every n steps are. */
  stride: number;
}

export type ChartTheme = 'light' | 'dark' | 'highContrastDark' | 'highContrastLight';

interface Palette {
  text: string;
  grid: string;
  curves: string[];
}

/** VS Code's own chart colours (`charts.*`) of its default themes, without the red and green that mean advantage. */
const palettes: Record<ChartTheme, Palette> = {
  dark: { text: '#cccccc', grid: '#585858', curves: ['#3794ff', '#d18616', '#b180d7', '#cca700', '#9d9d9d', '#4fc1ff'] },
  light: { text: '#3b3b3b', grid: '#c8c8c8', curves: ['#1a85ff', '#d18616', '#652d90', '#bf8803', '#616161', '#0098b7'] },
  highContrastDark: { text: '#ffffff', grid: '#9d9d9d', curves: ['#3794ff', '#d18616', '#b180d7', '#cca700', '#ffffff', '#4fc1ff'] },
  highContrastLight: { text: '#292929', grid: '#6e7781', curves: ['#0f4a85', '#8d4a00', '#652d90', '#6a5300', '#292929', '#00607a'] },
};
const dashes = ['', '6 3', '2 2', '8 3 2 3', '1 3', '10 4'];

const chart = { width: 420, height: 130, left: 58, right: 10, top: 20, bottom: 18, legend: 15 };

/** @param curves newest first; drawn oldest first, so that the newest lies on top */
export function curveChart(title: string, curves: readonly Curve[], theme: ChartTheme): string {
  const palette = palettes[theme];
  const points = curves.flatMap((c) => c.stretches.flat());
  const [x0, x1] = extent(points.map((p) => p[0]));
  const [y0, y1] = widened(extent(points.map((p) => p[1])));
  const stride = curves.reduce((most, c) => Math.max(most, c.stride), 1);
  const { width, height, left, right, top, bottom, legend } = chart;
  const x = (v: number): number => left + ((v - x0) / (x1 - x0 || 1)) * (width - left - right);
  const y = (v: number): number => height - bottom - ((v - y0) / (y1 - y0)) * (height - top - bottom);
  const text = (px: number, py: number, s: string, anchor: string, colour = palette.text): string =>
    `<text x="${px}" y="${py}" text-anchor="${anchor}" fill="${colour}">${escapeHtml(s)}</text>`;
  const line = ({ stretches }: Curve, i: number): string => stretches.map((p) => stretch(p, i)).join('');
  const stretch = (p: Curve['stretches'][number], i: number): string => {
    const stroke = `stroke="${palette.curves[i % palette.curves.length]}"`;
    const only = p.length === 1 ? p[0] : undefined;
    if (only) return `<circle cx="${round(x(only[0]))}" cy="${round(y(only[1]))}" r="2" fill="none" ${stroke}/>`;
    const path = p.map(([px, py]) => `${round(x(px))},${round(y(py))}`).join(' ');
    return `<polyline points="${path}" fill="none" ${stroke} stroke-width="${i === 0 ? 2 : 1.25}" stroke-dasharray="${dashes[i % dashes.length]}"/>`;
  };
  const rows = Math.ceil(curves.length / 2);
  const labels = curves.map(({ label }, i) => {
    const lx = left + (i % 2) * ((width - left) / 2);
    const ly = height + legend * Math.floor(i / 2) + 10;
    const colour = palette.curves[i % palette.curves.length];
    const sample = `<line x1="${lx}" x2="${lx + 18}" y1="${ly - 4}" y2="${ly - 4}" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes[i % dashes.length]}"/>`;
    return sample + text(lx + 24, ly, abridged(label, 26), 'start');
  });
  const total = height + rows * legend + 4;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" font-family="system-ui, sans-serif" font-size="11">`,
    text(left, 12, title, 'start'),
    stride === 1 ? '' : text(width - right, 12, `lowest and highest of every ${stride} steps`, 'end'),
    ...[y0, y1].map(
      (v) =>
        `<line x1="${left}" x2="${width - right}" y1="${round(y(v))}" y2="${round(y(v))}" stroke="${palette.grid}" stroke-width="0.5"/>`,
    ),
    ...[y0, y1].map((v) => text(left - 6, round(y(v)) + 4, alike([y0, y1])(v), 'end')),
    text(left, height - 4, `step ${significant(x0)}`, 'start'),
    text(width - right, height - 4, significant(x1), 'end'),
    ...curves.map(line).reverse(),
    ...labels,
    '</svg>',
  ].join('');
}

/** For Markdown's `![…](…)`. */
export const svgDataUri = (svg: string): string => `data:image/svg+xml;base64,${Buffer.from(svg, 'utf8').toString('base64')}`;

const extent = (values: number[]): [number, number] => [
  values.reduce((a, b) => Math.min(a, b), Infinity),
  values.reduce((a, b) => Math.max(a, b), -Infinity),
];

/** A flat curve still needs a height. */
const widened = ([low, high]: [number, number]): [number, number] => {
  if (low < high) return [low, high];
  const half = Math.abs(low) * 0.1 || 0.5;
  return [low - half, high + half];
};

const round = (v: number): number => Math.round(v * 10) / 10;
