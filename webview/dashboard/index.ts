import { DashboardPage } from './page.js';
// After the page, whose ground they refine.
import '../shared/tile.css';
import '../shared/charts/charts.css';
import '../shared/histogram.css';
import './header.css';
import './tiles.css';
import './toolbar.css';
import './importNotes.css';
import './board.css';
import './evaluationView.css';
import './resourcesView.css';

customElements.define('dashboard-page', DashboardPage);
document.body.append(document.createElement('dashboard-page'));
