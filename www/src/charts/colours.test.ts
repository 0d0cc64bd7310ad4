import { describe, expect, it } from 'vitest';
import { COLOURS, MemberColours } from './colours';

describe('colours of members', () => {
  it('stay with the member', () => {
    const colours = new MemberColours();
    const first = colours.of('song7', []);
    for (let i = 0; i < 100; i += 1) colours.of(`other${i}`, ['song7']);
    expect(colours.of('song7', [])).toBe(first);
    expect(new MemberColours().of('song7', [])).toBe(first);
  });

  it('differ among the members on screen as long as there are enough', () => {
    const colours = new MemberColours();
    const shown: string[] = [];
    for (let i = 0; i < COLOURS; i += 1) {
      colours.of(`song${i}`, shown);
      shown.push(`song${i}`);
    }
    expect(new Set(shown.map((member) => colours.of(member, shown))).size).toBe(COLOURS);
  });
});
