import '../shared/controls.js';
import { RewardModelPage } from './page.js';
// After the page, whose ground they refine; the header and the tools are those of the groups page.
import '../shared/richText.css';
import '../shared/rollout.css';
import '../shared/rows.css';
import '../shared/entries.css';
import './reward-model.css';

customElements.define('reward-model-page', RewardModelPage);
document.body.append(document.createElement('reward-model-page'));
