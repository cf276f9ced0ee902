import '../shared/controls.js';
import { PlannerPage } from './page.js';
// After the page, whose ground it refines.
import './planner.css';

customElements.define('planner-page', PlannerPage);
document.body.append(document.createElement('planner-page'));
