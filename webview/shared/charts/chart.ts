/** The parts of chart.js that are used. */
import {
  ArcElement,
  Chart,
  DoughnutController,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
} from 'chart.js';
import zoom from 'chartjs-plugin-zoom';

Chart.register(ArcElement, DoughnutController, Filler, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, zoom);

export { Chart };
