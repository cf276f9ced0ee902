import '../shared/controls.js';
import { PreflightPage } from './page.js';
// After the page, whose ground they refine; header and findings are those of the doctor.
import '../shared/rollout.css';
import '../shared/rows.css';
import '../shared/entries.css';
import '../shared/findings.css';
import './preflight.css';

customElements.define('preflight-page', PreflightPage);
document.body.append(document.createElement('preflight-page'));
