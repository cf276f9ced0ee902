/** VS Code's colours where style sheets do not reach: on a canvas. */
import type { LineColor } from './line.js';

export interface ChartColors {
  line(color: LineColor, opacity?: number): string;
  text: string;
  grid: string;
  background: string;
  selection: string;
  font: string;
  /** High contrast: thicker lines, no faint ones. */
  contrast: boolean;
}

export function chartColors(): ChartColors {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string, otherwise: string): string => style.getPropertyValue(`--vscode-${name}`).trim() || otherwise;
  const text = token('foreground', 'GrayText');
  const contrast = document.body.matches('.vscode-high-contrast, .vscode-high-contrast-light');
  const faded = (color: string, opacity: number): string =>
    opacity >= 1 ? color : `color-mix(in srgb, ${color} ${opacity * 100}%, transparent)`;
  return {
    line: (name, opacity = 1) => faded(name === 'foreground' ? text : token(`charts-${name}`, text), opacity),
    text: token('descriptionForeground', text),
    grid: faded(text, contrast ? 0.3 : 0.08),
    background: token('editor-background', 'Canvas'),
    selection: token('editor-selectionBackground', faded(text, 0.2)),
    font: token('font-family', 'sans-serif'),
    contrast,
  };
}

/** @returns stops listening */
export function onThemeChange(hear: () => void): () => void {
  const observer = new MutationObserver(hear);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  return () => observer.disconnect();
}
