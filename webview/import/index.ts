import '../shared/controls.js';
import { ImportPage } from './page.js';
// After the page, whose ground it refines.
import './import.css';

customElements.define('import-page', ImportPage);
document.body.append(document.createElement('import-page'));
