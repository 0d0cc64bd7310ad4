/** How many colours the stylesheet has: `--member-0` … `--member-15`. */
export const COLOURS = 16;

const REMEMBERED = 4096;

/**
 * A colour for each member, kept for as long as the page lives. A member asks for the colour its name
 * hashes to, so that it is the same after a reload; when a member on screen has that one, it takes the
 * next free one.
 */
export class MemberColours {
  private readonly given = new Map<string, number>();

  of(member: string, onScreen: Iterable<string>): number {
    const known = this.given.get(member);
    if (known !== undefined) return known;
    const taken = new Set<number>();
    for (const other of onScreen) {
      const colour = this.given.get(other);
      if (colour !== undefined) taken.add(colour);
    }
    let colour = fnv1a(member) % COLOURS;
    // 7 is coprime to 16: every colour is tried once, and neighbours in name are not neighbours in hue.
    for (let tries = 0; tries < COLOURS && taken.has(colour); tries += 1)
      colour = (colour + 7) % COLOURS;
    if (this.given.size >= REMEMBERED) {
      const oldest = this.given.keys().next();
      if (!oldest.done) this.given.delete(oldest.value);
    }
    this.given.set(member, colour);
    return colour;
  }
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1)
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return (hash ^ (hash >>> 15)) >>> 0;
}
