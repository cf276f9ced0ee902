/** The parts of chart.js that are used. */
import {
  ArcElement,
  Chart,
  Decimation,
  DoughnutController,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
} from 'chart.js';
import zoom from 'chartjs-plugin-zoom';

Chart.register(
  ArcElement,
  Decimation,
  DoughnutController,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  zoom,
);

export { Chart };
