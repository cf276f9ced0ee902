import './groups.css';
import { GroupsPage } from './page.js';

customElements.define('groups-page', GroupsPage);
document.body.append(document.createElement('groups-page'));
