import '../shared/controls.js';
import { DisagreementsPage } from './page.js';
// After the page, whose ground they refine; the header and the tools are those of the groups page.
import '../shared/richText.css';
import '../shared/rollout.css';
import '../shared/rows.css';
import '../shared/entries.css';
import './disagreements.css';

customElements.define('disagreements-page', DisagreementsPage);
document.body.append(document.createElement('disagreements-page'));
