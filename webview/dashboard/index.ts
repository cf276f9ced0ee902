import { DashboardPage } from './page.js';
// After the page, whose ground it refines.
import '../shared/tile.css';
import './dashboard.css';

customElements.define('dashboard-page', DashboardPage);
document.body.append(document.createElement('dashboard-page'));
