/** The parts of chart.js that are used. */
import { Chart, Decimation, Filler, LinearScale, LineController, LineElement, LogarithmicScale, PointElement } from 'chart.js';
import zoom from 'chartjs-plugin-zoom';

Chart.register(Decimation, Filler, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, zoom);

export { Chart };
