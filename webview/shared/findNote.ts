/** What is not shown yet cannot be found by the editor's own find: said where a text goes on. */
export function findNote(): HTMLElement {
  const note = document.createElement('span');
  note.className = 'more quiet';
  note.textContent = 'Ctrl+F finds in what is shown.';
  return note;
}
