import { mayUndo } from './decision-words';

describe('mayUndo', () => {
  it('is true of a decision that stands, and neither of an undo nor twice', () => {
    expect(mayUndo({ kind: 'merge', undoneBy: null })).toBe(true);
    expect(mayUndo({ kind: 'merge', undoneBy: 'other' })).toBe(false);
    expect(mayUndo({ kind: 'undo', undoneBy: null })).toBe(false);
  });
});
