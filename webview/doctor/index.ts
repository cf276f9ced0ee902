import '../shared/controls.js';
import { DoctorPage } from './page.js';
// After the page, whose ground they refine; the header is that of the groups page.
import '../shared/rollout.css';
import '../shared/rows.css';
import '../shared/entries.css';
import '../shared/findings.css';
import './doctor.css';

customElements.define('doctor-page', DoctorPage);
document.body.append(document.createElement('doctor-page'));
