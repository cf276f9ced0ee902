import '../shared/controls.js';
import { TimelinePage } from './page.js';
// After the page, whose ground they refine; the header is that of the groups page.
import '../shared/rollout.css';
import '../shared/rows.css';
import './timeline.css';

customElements.define('timeline-page', TimelinePage);
document.body.append(document.createElement('timeline-page'));
