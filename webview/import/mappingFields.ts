/** The fields of a table beside its first rows: each is given a meaning, and what was chosen is marked in the rows. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/states.js';
import { roles, type Role, type RoleFields, type TableView } from '../../src/contracts/import.js';
import { findingsOf, roleLabel, valuesOf } from './mapping.js';

const shownRows = 8;
/** What follows is counted and not drawn: a table of hundreds of columns is chosen from by name. */
const shownColumns = 40;

/** What is wrong with one field. */
const findingView = (role: Role, table: TableView, mapping: RoleFields): unknown =>
  findingsOf(table, mapping)
    .filter((finding) => finding.role === role)
    .map(
      ({ stops, text }) =>
        html`<span class="finding ${stops ? 'stops' : 'doubt'}" role=${stops ? 'alert' : 'status'}
          >${icon(stops ? 'error' : 'warning')}<span>${text}</span></span
        >`,
    );

const example = (table: TableView, field: string | undefined): unknown => {
  const value = field === undefined ? undefined : valuesOf(table, field).find((one) => one.trim() !== '');
  return value === undefined ? nothing : html`<span class="example" title=${value}>${value}</span>`;
};

export function fieldsView(table: TableView, mapping: RoleFields, choose: (role: Role, field: string | undefined) => void): TemplateResult {
  const rows = table.rows.slice(0, shownRows);
  const chosen = new Map(roles.flatMap((role) => (mapping[role] === undefined ? [] : [[mapping[role], role] as const])));
  // Chosen columns come first, for they may be the last of many.
  const order = [...table.fields.keys()].sort((a, b) => Number(chosen.has(table.fields[b])) - Number(chosen.has(table.fields[a])) || a - b);
  const columns = order.slice(0, shownColumns);
  return html`
    <section aria-labelledby="fields-title">
      <h2 id="fields-title">What the fields mean</h2>
      <div class="mapping">
        <div class="roles">
          ${roles.map(
            (role) => html`
              <div class="role">
                <label for="role-${role}">${roleLabel[role]}</label>
                <select id="role-${role}" @change=${(e: Event) => choose(role, (e.target as HTMLSelectElement).value || undefined)}>
                  <option value="" ?selected=${mapping[role] === undefined}>Not in the file</option>
                  ${table.fields.map((field) => html`<option value=${field} ?selected=${mapping[role] === field}>${field}</option>`)}
                </select>
                ${example(table, mapping[role])} ${findingView(role, table, mapping)}
              </div>
            `,
          )}
        </div>
        <figure class="rows">
          <figcaption class="quiet">
            The first ${rows.length} rows of
            ${table.file}${table.fields.length > columns.length ? `; ${table.fields.length - columns.length} more fields are not drawn` : ''}
          </figcaption>
          <div class="row-scroll" tabindex="0" role="region" aria-label="First rows">
            <table>
              <thead>
                <tr>
                  ${columns.map((i) => {
                    const role = chosen.get(table.fields[i]);
                    return html`<th scope="col" class=${role ? 'chosen' : ''}>
                      ${role ? html`<span class="as">${role}</span>` : nothing}<span class="field-name">${table.fields[i]}</span>
                    </th>`;
                  })}
                </tr>
              </thead>
              <tbody>
                ${rows.map(
                  (row) =>
                    html`<tr>
                      ${columns.map(
                        (i) =>
                          html`<td class=${chosen.has(table.fields[i]) ? 'chosen' : ''}>
                            ${row[i] === null ? html`<span class="quiet" aria-label="nothing">–</span>` : html`<span class="value" title=${row[i]}>${row[i]}</span>`}
                          </td>`,
                      )}
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>
        </figure>
      </div>
    </section>
  `;
}
