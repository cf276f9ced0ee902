/** The parts of chart.js that are used, and the crosshair that all charts of a page share. */
import {
  Chart,
  Decimation,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type ChartType,
  type Plugin,
} from 'chart.js';
import zoom from 'chartjs-plugin-zoom';

export interface CrosshairOptions {
  /** In units of the x axis; undefined draws none. */
  x?: number;
  color: string;
}

declare module 'chart.js' {
  // The type parameter is part of chart.js's declaration, which this one extends.
  interface PluginOptionsByType<TType extends ChartType> {
    crosshair?: TType extends ChartType ? CrosshairOptions : never;
  }
}

/** A vertical line at x. */
const crosshair: Plugin<'line', CrosshairOptions> = {
  id: 'crosshair',
  afterDatasetsDraw(chart, _args, { x, color }) {
    const scale = chart.scales.x;
    if (x === undefined || x < scale.min || x > scale.max) return;
    const at = Math.round(scale.getPixelForValue(x)) + 0.5;
    const { ctx, chartArea } = chart;
    ctx.save();
    ctx.strokeStyle = color;
    ctx.setLineDash([3, 3]);
    ctx.beginPath();
    ctx.moveTo(at, chartArea.top);
    ctx.lineTo(at, chartArea.bottom);
    ctx.stroke();
    ctx.restore();
  },
};

Chart.register(Decimation, Filler, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, zoom, crosshair);

export { Chart };
