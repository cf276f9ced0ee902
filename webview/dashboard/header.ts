/** Which run, how far, and what can be done with it. */
import { html, nothing, type TemplateResult } from 'lit';
import { isEvaluation } from '../../src/core/methods.js';
import type { RunCommand } from '../../src/contracts/everyPage.js';
import { count, exactTime } from '../../src/core/format.js';
import { icon } from '../shared/states.js';
import { isLive, shownState } from '../../src/store/views.js';
import type { DashboardView } from '../../src/contracts/dashboard.js';
import { close, menu } from './menu.js';
import { canResume, endedBadly, kinship, stateIcon, stateText, timeText } from './runState.js';
import { stagesView } from './stages.js';

export interface HeaderEvents {
  command: (command: RunCommand) => void;
  open: (run: string) => void;
  timeline: () => void;
  doctor: () => void;
  /** Undefined when the run has no groups. */
  groups: (() => void) | undefined;
  /** Undefined when the run has no groups. */
  find: (() => void) | undefined;
  questions: (() => void) | undefined;
  tokens: (() => void) | undefined;
  thenNow: (() => void) | undefined;
  /** Undefined when the run has no results. */
  benchmarks: (() => void) | undefined;
  /** Undefined when the run's reward asks no reward model, and it trains none. */
  rewardModel: (() => void) | undefined;
}

const noControl = 'Stopping and resuming need a trusted workspace';

/** Not "died": who tells nothing of its process may be in a long step. */
const whyQuiet = 'Neither an event nor a heartbeat came since: it may be in a long step, or have ended';

export function header({ run, stages, canControl }: DashboardView, now: number, events: HeaderEvents): TemplateResult {
  const share = run.totalSteps ? Math.min(1, run.step / run.totalSteps) : 0;
  const bad = endedBadly(run.state);
  const shown = shownState(run);
  return html`
    <header class="run">
      <div class="title">
        <h1>${run.name}</h1>
        <span class="run-state ${shown}" title=${shown === 'quiet' ? whyQuiet : nothing}
          >${icon(stateIcon[shown])} ${stateText(run, now)}</span
        >
        <span>${isEvaluation(run.method) ? 'benchmark' : 'step'} ${run.step}${run.totalSteps === null ? '' : `/${run.totalSteps}`}</span>
        ${
          // An import is done in a moment, and that says nothing of the run.
          run.import && !run.import.follow
            ? nothing
            : html`<span class="quiet" title="Started ${exactTime(run.created)}, last heard of ${exactTime(run.updated)}"
                >${timeText(run, now)}</span
              >`
        }
      </div>
      <div class="controls">${controls(run, canControl, events)}</div>
      <p class="quiet kinship">
        ${kinship(run)}${run.message !== null && !bad && !(run.import && !run.import.follow) ? ` · ${run.message}` : ''}
        ${
          run.problems > 0
            ? html`<button class="link" @click=${() => events.command('showProblems')}>
                ${count(run.problems, 'event')} could not be used
              </button>`
            : nothing
        }
      </p>
      ${run.job === undefined ? nothing : html`<p class="quiet job" role="status">${run.job}</p>`}
      ${stagesView(stages, run.id, events.open)}
      ${
        isLive(run.state) && run.totalSteps !== null
          ? html`<div
              class="progress"
              role="progressbar"
              aria-label="Progress"
              aria-valuemin="0"
              aria-valuemax=${run.totalSteps}
              aria-valuenow=${run.step}
            >
              <i style="width: ${share * 100}%"></i>
            </div>`
          : nothing
      }
    </header>
    ${bad ? failure(run, canControl, events) : nothing}
  `;
}

function controls({ state, quietSince, import: origin }: DashboardView['run'], canControl: boolean, events: HeaderEvents): TemplateResult {
  const { command, groups } = events;
  const button = (label: string, symbol: string, run: () => void, primary = false, enabled = true): TemplateResult => html`
    <vscode-button appearance=${primary ? 'primary' : 'secondary'} ?disabled=${!enabled} title=${enabled ? '' : noControl} @click=${run}>
      ${label}<span slot="start" class="codicon codicon-${symbol}" aria-hidden="true"></span>
    </vscode-button>
  `;
  /** Where there is little room its icon stands alone. */
  const place = (label: string, symbol: string, run: () => void): TemplateResult => html`
    <vscode-button class="place" appearance="secondary" title=${label} aria-label=${label} @click=${run}>
      <span class="label">${label}</span><span slot="start" class="codicon codicon-${symbol}" aria-hidden="true"></span>
    </vscode-button>
  `;
  const again = (): TemplateResult =>
    button(origin ? 'Import again' : 'Launch again', origin ? 'cloud-download' : 'run', () => command('launchAgain'), false, canControl);
  return html`
    ${groups ? button('Groups', 'list-unordered', groups, true) : nothing}
    ${isLive(state) ? button('Stop', 'debug-stop', () => command('stop'), false, canControl) : nothing}
    ${canResume(state) || quietSince !== null ? button('Resume', 'debug-continue', () => command('resume'), !groups, canControl) : nothing}
    ${state === 'finished' ? again() : nothing} ${place('Experiment', 'beaker', () => command('openExperiment'))}
    ${place('Log', 'output', () => command('openLog'))} ${more(events)}
  `;
}

/** Where else one can go from here, in words: an icon alone would have to be guessed. */
function more({ command, timeline, doctor, find, questions, tokens, thenNow, benchmarks, rewardModel }: HeaderEvents): TemplateResult {
  const item = (symbol: string, label: string, run: () => void): TemplateResult => html`
    <button
      class="plain item"
      @click=${(e: Event) => {
        close(e);
        run();
      }}
    >
      ${icon(symbol)} <span>${label}</span>
    </button>
  `;
  return menu({
    kind: 'more',
    title: 'More',
    label: 'More',
    summary: icon('ellipsis'),
    items: html`
      ${item('pulse', 'Doctor: what goes wrong, and where it shows', doctor)}
      ${item('clockface', 'Timeline: what each step’s time went into', timeline)}
      ${find ? item('search', 'Find solutions of this run', find) : nothing}
      ${questions ? item('question', 'Questions: never solved, learned, forgotten', questions) : nothing}
      ${tokens ? item('symbol-text', 'Worst tokens: by KL, ratio or sampler', tokens) : nothing}
      ${thenNow ? item('history', 'Then and now: what changed from the first steps to the last', thenNow) : nothing}
      ${benchmarks ? item('graph', 'Benchmarks, beside those of all runs', benchmarks) : nothing}
      ${rewardModel ? item('graph-scatter', 'Reward model: how far to trust it', rewardModel) : nothing}
      ${item('law', 'Checkers: grade again, see where they differ', () => command('showDisagreements'))}
      ${item('file-code', 'Config as it was', () => command('openConfigAsItWas'))}
      ${item('folder-opened', 'Folder of the run', () => command('revealFolder'))}
    `,
  });
}

/** Why it ended, in the trainer's own last words. */
function failure({ state, step, message, tail }: DashboardView['run'], canControl: boolean, { command }: HeaderEvents): TemplateResult {
  return html`
    <section class="failure" aria-label="Why the run ended">
      <p>
        ${icon('error')}<strong>${state === 'died' ? 'The trainer died' : 'The run failed'} after step ${step}.</strong> ${message ?? ''}
      </p>
      ${tail.length === 0 ? nothing : html`<pre tabindex="0" aria-label="Last lines of its error output">${tail.join('\n')}</pre>`}
      <p>
        <button class="link" @click=${() => command('openLog')}>Open the log</button>
        ${canControl ? html`<button class="link" @click=${() => command('resume')}>Resume from the last checkpoint</button>` : nothing}
      </p>
    </section>
  `;
}
