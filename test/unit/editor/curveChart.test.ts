import { describe, expect, test } from 'vitest';
import { curveChart, svgDataUri, type Curve } from '../../../src/editor/experiment/curveChart.js';

const curve = (label: string, ...values: number[]): Curve => ({
  label,
  stretches: [values.map((v, i) => [i + 1, v])],
  stride: 1,
});
const polylines = (svg: string) =>
  [...svg.matchAll(/<polyline points="([^"]*)"/g)].map((m) => m[1].split(' ').map((p) => p.split(',').map(Number) as [number, number]));

describe('the chart of a hover', () => {
  test('draws each curve inside the picture, rising values upwards', () => {
    const [line] = polylines(curveChart('KL', [curve('run 1', 0, 5, 10)], 'dark'));
    expect(line).toHaveLength(3);
    expect(line.map((p) => p[0])).toEqual([...line.map((p) => p[0])].sort((a, b) => a - b));
    expect(line[0][1]).toBeGreaterThan(line[2][1]);
    for (const [x, y] of line) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(420);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(130);
    }
  });

  test('labels every run with its value, and tells curves apart without colour', () => {
    const svg = curveChart('KL', [curve('run 2 · 0.1', 1, 2), curve('run 1 · 0.04', 2, 1)], 'highContrastLight');
    expect(svg).toContain('run 2 · 0.1');
    expect(svg).toContain('run 1 · 0.04');
    const dashes = [...svg.matchAll(/<polyline[^>]*stroke-dasharray="([^"]*)"/g)].map((m) => m[1]);
    expect(new Set(dashes).size).toBe(2);
  });

  test('a curve is interrupted where nothing is known, and what was left out is said', () => {
    const interrupted: Curve = {
      label: 'run 1',
      stride: 8,
      stretches: [
        [
          [1, 1],
          [2, 2],
        ],
        [
          [5, 2],
          [6, 1],
        ],
        [[9, 4]],
      ],
    };
    const svg = curveChart('KL', [interrupted, curve('run 2', 1, 2)], 'dark');
    expect(polylines(svg).map((p) => p.length)).toEqual([2, 2, 2]);
    expect(svg.match(/<circle/g)).toHaveLength(1);
    expect(svg).toContain('lowest and highest of every 8 steps');
    expect(curveChart('KL', [curve('run 2', 1, 2)], 'dark')).not.toContain('lowest');
  });

  test('a flat curve, a single point and huge values stay finite', () => {
    for (const c of [curve('flat', 1, 1, 1), curve('zero', 0, 0), curve('one', 3), curve('huge', 1e300, -1e300)])
      expect(curveChart('m', [c], 'light')).not.toMatch(/NaN|Infinity/);
  });

  test('a name cannot smuggle markup in', () => {
    const svg = curveChart('<script>', [curve('"><image href="x"', 1, 2)], 'dark');
    expect(svg).not.toMatch(/<script|<image/);
  });

  test('travels as base64', () => {
    const uri = svgDataUri('<svg>β</svg>');
    expect(uri).toMatch(/^data:image\/svg\+xml;base64,[A-Za-z0-9+/=]+$/);
    expect(Buffer.from(uri.split(',')[1], 'base64').toString()).toBe('<svg>β</svg>');
  });
});
