import '../shared/controls.js';
import { BenchmarksPage } from './page.js';
// After the page, whose ground they refine.
import '../shared/rollout.css';
import '../shared/tile.css';
import './benchmarks.css';

customElements.define('benchmarks-page', BenchmarksPage);
document.body.append(document.createElement('benchmarks-page'));
