import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { z } from 'zod';
import { passK, passOf } from '../../src/core/askings.js';
import { courseOrders, type CourseOrder } from '../../src/core/courseList.js';
import { count, percent, significant } from '../../src/core/format.js';
import { courseKinds, type CourseKind } from '../../src/core/questionCourse.js';
import { decodeTexts } from '../../src/core/utf8.js';
import type { RunAddress } from '../../src/protocol/address.js';
import { allOf, isText, isUnknown, isWithin } from '../../src/query/condition.js';
import { moreSolutions } from '../../src/contracts/group.js';
import { listQuestions, longestSearch, openQuestion, type QuestionsView, type QuestionView } from '../../src/contracts/question.js';
import type { QuestionRow, RunChange } from '../../src/store/views.js';
import '../shared/diff/solutionDiff.js';
import { LineChart, type CursorEvent, type PointEvent, type RangeEvent } from '../shared/charts/lineChart.js';
import type { Range } from '../shared/charts/chartConfig.js';
import { spokenText } from '../shared/conversation.js';
import { entryBeside, focusEntry } from '../shared/entries.js';
import { factList, type Fact } from '../shared/factList.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import '../shared/nearDuplicates.js';
import { Page, type RequestOptions } from '../shared/page.js';
import { trail } from '../shared/position.js';
import { segments } from '../shared/segmentedControl.js';
import { icon, skeletonRows, stateView } from '../shared/states.js';
import { answerText } from '../shared/verdict.js';
import { courseCharts, type CourseChart } from './courseLines.js';
import { timesText, courseMeaning, courseText } from './courseText.js';
import './modesOverTraining.js';
import { questionList } from './questionList.js';
import { bestOf, sideView, type Side } from './sides.js';

/** A question, and its solutions at the two askings that are compared; the same one where it was asked once. */
interface OneQuestion extends QuestionView {
  then: Side;
  now: Side;
}
type View = QuestionsView | OneQuestion;
const isOne = (view: View): view is OneQuestion => 'askings' in view;

const listSchema = z.object({ only: z.enum(courseKinds).nullable(), order: z.enum(courseOrders) });
/** Questions asked for at a time, and solutions of an asking among which the first are chosen. */
const [portion, mostSolutions] = [200, 500];
/** Who types is not interrupted by each letter's answer; a run that goes on does not make the list jump (ms). */
const [typingGap, listGap] = [300, 3000];

const orderLabels: Record<CourseOrder, string> = { course: 'by course', gain: 'largest gain first', askings: 'most asked first' };

/** The questions of a run by how they went; or one of them, each time that it was asked. */
export class QuestionPage extends Page<View> {
  static override properties: PropertyDeclarations = {
    ...Page.properties,
    selected: { state: true },
    cursor: { state: true },
    range: { state: true },
    compares: { state: true },
  };
  protected override readonly kind = 'question';
  protected override readonly keepsContent = true;
  protected override readonly actions: Actions = {
    next: { label: 'Next question of the list', run: () => this.move(1) },
    previous: { label: 'Previous question of the list', run: () => this.move(-1) },
    open: { label: 'Open the question; of a question, the group that is looked at', run: () => this.openSelected() },
    nextStep: { label: 'Look at a later asking', run: () => this.toAsking(1) },
    previousStep: { label: 'Look at an earlier asking', run: () => this.toAsking(-1) },
    diff: { label: 'Compare the best solution of then with that of now, or not', run: () => (this.compares = !this.compares) },
    find: { label: 'Find the solutions of the question (of the answer that ↑ ↓ point at)', run: () => this.findPointed() },
    thenNow: { label: 'Then and now of the run', run: () => this.address && this.go({ run: this.address.run, thenNow: {} }) },
    search: { label: 'Search the questions', run: () => this.querySelector<HTMLElement>('input[type=search]')?.focus() },
  };

  private only: CourseKind | null = null;
  private order: CourseOrder = 'course';
  private search = '';
  private limit = portion;
  /** Which asking is then, of which question; undefined: the first one. */
  private chosenThen: { question: string; step: number; group: number } | undefined;
  private typing: number | undefined;
  /** Of the question that is shown; made when that is another one. */
  private charts: CourseChart[] = [];
  private last: string | undefined;
  declare private selected: number | undefined;
  declare private cursor: number | undefined;
  declare private range: Range | undefined;
  /** The best solution of then and of now stand side by side. */
  declare private compares: boolean;

  override connectedCallback(): void {
    super.connectedCallback();
    const kept = this.recall(listSchema);
    this.only = kept?.only ?? null;
    this.order = kept?.order ?? 'course';
  }

  protected override async load({ run, step, group }: RunAddress, options: RequestOptions): Promise<View | null> {
    if (step === undefined || group === undefined) {
      const { only, order, search, limit } = this;
      return host.request(listQuestions, { run, only, order, search, limit }, options);
    }
    const found = await host.request(openQuestion, { run, step, group }, options);
    if (!found) return null;
    const view = decodeTexts(found);
    const { askings, at, questionId } = view;
    const chosen = this.chosenThen?.question === questionId ? this.chosenThen : undefined;
    const then = chosen ? askings.findIndex((a) => a.step === chosen.step && a.group === chosen.group) : 0;
    const side = async (place: number): Promise<Side> => {
      const asking = askings[place];
      const where = { run, step: asking.step, group: asking.group };
      return { at: place, asking, solutions: (await host.request(moreSolutions, { ...where, limit: mostSolutions }, options)).rows };
    };
    const [a, b] = await Promise.all([side(Math.max(0, then)), side(at)]);
    return { ...view, then: a, now: b };
  }

  protected override arrived(): void {
    const view = this.view!;
    const shown = isOne(view) ? view.questionId : '';
    // From asking to asking nothing moves.
    if (shown === this.last) return;
    this.last = shown;
    super.arrived();
    this.selected = this.cursor = this.range = undefined;
  }

  protected override onChanged({ run }: RunChange): void {
    if (run === this.address?.run) this.refreshSoon(listGap);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('view') && this.view && isOne(this.view)) this.charts = courseCharts(this.view.askings, this.view.total);
  }

  protected override content(view: View): TemplateResult {
    return isOne(view) ? this.question(view) : this.questions(view);
  }

  private questions(view: QuestionsView): TemplateResult {
    const { run, runName, total, rows, chosen } = view;
    return html`
      <header class="step">
        <div class="title">
          <h1>Questions</h1>
          <button class="link run-name" title=${this.hint('Open the dashboard of this run', 'up')} @click=${() => this.go({ run })}>
            ${runName}
          </button>
        </div>
        ${factList([{ label: 'questions', value: total.toLocaleString('en-US') }])}
      </header>
      ${
        total === 0
          ? this.noQuestions(view)
          : html`
              <modes-over-training
                .run=${run}
                @go=${(e: CustomEvent<{ address: RunAddress; aside: boolean }>) => this.go(e.detail.address, e.detail.aside)}
              ></modes-over-training>
              ${this.toolbar(view)}
              ${
                rows.length === 0
                  ? html`<p class="none quiet">
                      No question of this run is like that.
                      <button class="link" @click=${() => this.choose({ only: null, search: '' })}>
                        Show all ${total.toLocaleString('en-US')}
                      </button>
                    </p>`
                  : questionList(rows, this.selected, {
                      open: (row, aside) => this.openRow(row, aside),
                      select: (index) => (this.selected = index),
                    })
              }
              ${
                chosen > rows.length
                  ? html`<p class="older">
                      <button class="link" @click=${() => this.more()}>
                        Show ${Math.min(portion, chosen - rows.length).toLocaleString('en-US')} more
                      </button>
                      <span class="quiet">${rows.length.toLocaleString('en-US')} of ${count(chosen, 'question')}</span>
                    </p>`
                  : nothing
              }
              <p class="quiet">
                Solved is where at least half of the solutions are right; learned and forgotten changed once, flips more often.
              </p>
            `
      }
    `;
  }

  private toolbar({ kinds, total }: QuestionsView): TemplateResult {
    const all = { value: 'all' as const, label: `all ${total.toLocaleString('en-US')}` };
    const each = kinds.map(([kind, n]) => ({
      value: kind,
      label: `${kind} ${n.toLocaleString('en-US')}`,
      title: courseMeaning[kind],
    }));
    return html`<div class="toolbar">
      ${segments<CourseKind | 'all'>('Show', [all, ...each], this.only ?? 'all', (kind) => this.choose({ only: kind === 'all' ? null : kind }))}
      <span class="search">
        ${icon('search')}
        <input
          type="search"
          aria-label="Search the questions"
          title=${this.hint('In what is listed of each question', 'search')}
          placeholder="Search the questions"
          maxlength=${longestSearch}
          .value=${this.search}
          @input=${(e: Event) => this.typed((e.target as HTMLInputElement).value)}
        />
      </span>
      <select aria-label="Order" @change=${(e: Event) => this.choose({ order: (e.target as HTMLSelectElement).value as CourseOrder })}>
        ${courseOrders.map((order) => html`<option value=${order} ?selected=${order === this.order}>${orderLabels[order]}</option>`)}
      </select>
    </div>`;
  }

  private noQuestions({ run }: QuestionsView): TemplateResult {
    return stateView({
      icon: 'question',
      title: 'No question was asked yet',
      detail: 'They come with the first step that samples groups, or with an import of groups.',
      buttons: [{ label: 'Open the dashboard', run: () => this.go({ run }), secondary: true }],
    });
  }

  private question(view: OneQuestion): TemplateResult {
    const { run, runName, question, questionTurns, gold, askings, then, now } = view;
    const open = (address: RunAddress, aside: boolean): void => this.go(address, aside);
    return html`
      <header>
        ${trail(
          [
            { label: runName, address: { run } },
            { label: 'questions', address: { run, questions: true } },
          ],
          this.hint('The page above', 'up'),
          (address, aside) => this.go(address, aside),
        )}
        <h1>Question over training</h1>
        ${factList(facts(view))}
      </header>
      <section class="question" aria-label="Question">
        ${spokenText(run, question, questionTurns)}
        <p class="gold">
          <span class="quiet">gold</span> ${gold === null ? html`<span class="quiet">not recorded</span>` : answerText(gold)}
        </p>
      </section>
      ${
        askings.length < 2
          ? html`<p class="quiet">It was asked once so far: nothing changed yet.</p>`
          : html`
              <div class="charts">
                ${this.charts.map(
                  (c) =>
                    html`<line-chart
                      .heading=${c.heading}
                      .lines=${c.lines}
                      .notes=${c.notes}
                      .stacked=${c.stacked ?? false}
                      .range=${this.range}
                      .cursor=${this.cursor}
                      @chart-cursor=${(e: CursorEvent) => (this.cursor = e.detail.x)}
                      @chart-range=${(e: RangeEvent) => (this.range = e.detail.range)}
                      @chart-point=${({ detail: { step, line, find } }: PointEvent) => (find ? this.find(view, step, c.answers?.[line]) : this.lookAt(step))}
                    ></line-chart>`,
                )}
              </div>
              <p class="quiet">
                ${this.charts.some((c) => c.id === 'answers') ? '' : 'Answers were not recorded. '}A click on a point shows the solutions of
                that asking below, with Alt it finds them.
              </p>
            `
      }
      <near-duplicates
        .run=${run}
        .scope=${{ question: view.questionId }}
        @go=${(e: CustomEvent<{ address: RunAddress; aside: boolean }>) => this.go(e.detail.address, e.detail.aside)}
      ></near-duplicates>
      ${this.comparison(view)}
      <div class="sides">
        ${then.at === now.at ? nothing : sideView('Then', run, then, askings, { open, choose: (at) => this.chooseThen(view, at) })}
        ${sideView('Now', run, now, askings, { open, choose: (at) => this.goTo(view, at) })}
      </div>
    `;
  }

  private comparison({ then, now, run }: OneQuestion): TemplateResult | typeof nothing {
    const [left, right] = [bestOf(then), bestOf(now)];
    if (then.at === now.at || left === undefined || right === undefined) return nothing;
    const address = ({ asking }: Side, solution: number): RunAddress => ({ run, step: asking.step, group: asking.group, solution });
    return html`
      <p>
        <button
          class="link"
          title=${this.hint('Side by side, from where they first differ', 'diff')}
          aria-pressed=${this.compares ? 'true' : 'false'}
          @click=${() => (this.compares = !this.compares)}
        >
          Compare the best solution of then with that of now
        </button>
      </p>
      ${
        this.compares
          ? html`<section class="comparison" aria-label="Best solution of then and of now">
              <solution-diff
                .left=${address(then, left)}
                .right=${address(now, right)}
                @go=${(e: CustomEvent<{ address: RunAddress; aside: boolean }>) => this.go(e.detail.address, e.detail.aside)}
              ></solution-diff>
            </section>`
          : nothing
      }
    `;
  }

  private chooseThen({ questionId, askings }: OneQuestion, at: number): void {
    const { step, group } = askings[at];
    this.chosenThen = { question: questionId, step, group };
    void this.refresh();
  }

  private goTo({ run, askings }: OneQuestion, at: number): void {
    const asking = askings.at(at);
    if (asking) this.go({ run, questions: true, step: asking.step, group: asking.group });
  }

  private lookAt(step: number): void {
    const { view } = this;
    if (view && isOne(view))
      this.goTo(
        view,
        Math.max(
          0,
          view.askings.findIndex((a) => a.step === step),
        ),
      );
  }

  /** @param step undefined: all of them. @param answer null: none was found; undefined: any */
  private find({ run, questionId }: OneQuestion, step: number | undefined, answer: string | null | undefined): void {
    const ofAnswer = answer === undefined ? undefined : answer === null ? isUnknown('answer') : isText('answer', answer);
    const ofStep = step === undefined ? undefined : isWithin('step', step, step);
    this.toFind(run, allOf(isText('question.id', questionId), ofStep, ofAnswer));
  }

  /** On a chart, of the asking under the crosshair; elsewhere of all. */
  private findPointed(): void {
    const { view } = this;
    if (!view || !isOne(view)) return;
    const chart = document.activeElement?.closest('line-chart');
    const shown = chart instanceof LineChart ? this.charts.find((c) => c.heading === chart.heading) : undefined;
    const answer = chart instanceof LineChart && chart.pointed !== undefined ? shown?.answers?.[chart.pointed] : undefined;
    this.find(view, shown && this.cursor, answer);
  }

  private toAsking(by: 1 | -1): void {
    const { view, address } = this;
    if (!view || !isOne(view)) return;
    // From where the last key led, which may still be on its way.
    const here = view.askings.findIndex((a) => a.step === address?.step && a.group === address.group);
    const to = here + by;
    if (to >= 0 && to < view.askings.length) this.goTo(view, to);
  }

  private choose(change: { only?: CourseKind | null; order?: CourseOrder; search?: string }): void {
    if (change.only !== undefined) this.only = change.only;
    this.order = change.order ?? this.order;
    this.search = change.search ?? this.search;
    this.limit = portion;
    this.selected = undefined;
    this.keep({ only: this.only, order: this.order });
    void this.refresh();
  }

  private typed(search: string): void {
    clearTimeout(this.typing);
    this.typing = window.setTimeout(() => this.choose({ search }), typingGap);
  }

  private more(): void {
    this.limit += portion;
    void this.refresh();
  }

  private move(by: 1 | -1): void {
    const { view } = this;
    if (!view || isOne(view)) return;
    this.selected = entryBeside(this.selected, by, view.rows.length);
    if (this.selected !== undefined) focusEntry(this, this.selected);
  }

  private openSelected(): void {
    const { view } = this;
    if (!view) return;
    if (isOne(view)) {
      const { step, group } = view.now.asking;
      this.go({ run: view.run, step, group });
    } else if (this.selected !== undefined) this.openRow(view.rows[this.selected], false);
  }

  /** At its newest asking. */
  private openRow({ to, group }: QuestionRow, aside: boolean): void {
    if (this.view) this.go({ run: this.view.run, questions: true, step: to, group }, aside);
  }

  protected override skeleton(): TemplateResult {
    return html`${skeletonRows(1, [20, 80])} ${skeletonRows(10, [60, 20, 20])}`;
  }

  protected override missing(address: RunAddress): TemplateResult {
    return this.absent(address);
  }
}

/** What is asked of a question first: how it went, and from where to where. */
function facts({ course, total, askings }: OneQuestion): Fact[] {
  const k = passK(askings);
  const [first, last] = [askings[0], askings[askings.length - 1]];
  const range = (of: (a: OneQuestion['askings'][number]) => number | null, text: (n: number | null) => string): string =>
    askings.length < 2 ? text(of(first)) : `${text(of(first))} → ${text(of(last))}`;
  return [
    { label: 'course', value: courseText(course), title: courseMeaning[course.kind] },
    { label: 'asked', value: timesText(total).replace('asked ', '') },
    {
      label: 'right',
      value: range((a) => (a.correct === null ? null : a.correct / a.size), percent),
      title: 'At the first and the last asking',
    },
    ...(k > 1
      ? [{ label: `Pass@${k}`, value: range((a) => passOf(a, k), percent), title: `Chance that one of ${k} solutions is right` }]
      : []),
    { label: 'reward', value: range((a) => a.rewardMean, significant), title: 'Mean of the group, at the first and the last asking' },
  ];
}
