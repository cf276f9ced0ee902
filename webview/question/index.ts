import { QuestionPage } from './page.js';
// After the page, whose ground they refine.
import '../shared/rollout.css';
import '../shared/rows.css';
import '../shared/richText.css';
import '../shared/conversation.css';
import '../shared/entries.css';
import '../shared/charts/charts.css';
import '../shared/group/group.css';
import '../shared/diff/diff.css';
import '../shared/readOnOpen.css';
import './question.css';

customElements.define('question-page', QuestionPage);
document.body.append(document.createElement('question-page'));
