import { GroupsPage } from './page.js';
// After the page, whose ground it refines.
import '../shared/rows.css';
import '../shared/histogram.css';
import '../shared/readOnOpen.css';
import './spread.css';

customElements.define('groups-page', GroupsPage);
document.body.append(document.createElement('groups-page'));
