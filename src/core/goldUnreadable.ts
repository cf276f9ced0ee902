/** The rule that stands with an undecided verdict where nothing can read the gold answer: no answer could be compared with it. */
export const goldUnreadable = 'gold unreadable';
