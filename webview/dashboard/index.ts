import './dashboard.css';
import { DashboardPage } from './page.js';

customElements.define('dashboard-page', DashboardPage);
document.body.append(document.createElement('dashboard-page'));
