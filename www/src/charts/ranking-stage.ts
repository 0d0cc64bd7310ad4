import type { RankingEntry } from '../client/api';
import { identityOf } from '../client/bytes';
import { lineOf } from '../panels/show-bytes';
import { MemberColours } from './colours';
import { groupThousands } from './numbers';
import { rankingGeometry } from './ranking-geometry';
import { Spring } from './spring';

const PLACE_SPEED = 15;
const LENGTH_SPEED = 18;
const FADE_SPEED = 20;
/** A late frame moves things on by no more than this, so that nothing jumps after a pause. */
const LONGEST_STEP = 0.05;

/** One palette for all charts of the page: a member has one colour in all of them. */
const colours = new MemberColours();

interface Row {
  readonly element: HTMLElement;
  readonly bar: HTMLElement;
  readonly fill: HTMLElement;
  readonly score: HTMLElement;
  readonly place: Spring;
  readonly length: Spring;
  readonly opacity: Spring;
  scoreText: string;
  negative: boolean;
  rank: number;
  leaving: boolean;
  /** What its styles say now. */
  readonly drawn: { y: string; bar: string; fill: string; opacity: string };
  /** Drawn where it is, with nothing left to move. */
  atRest: boolean;
}

/**
 * The moving bars. Texts change in the frame of the update; places and lengths follow by springs that are re-aimed at
 * any time, so that a thousand updates a second look as smooth as one. Only transform and opacity are animated.
 */
export class RankingStage {
  private readonly rows = new Map<string, Row>();
  private readonly ranks: HTMLElement[] = [];
  private readonly zero = new Spring(0, LENGTH_SPEED);
  private readonly reduced = matchMedia('(prefers-reduced-motion: reduce)');
  private frame = 0;
  private lastTime = 0;
  private rowHeight = 32;
  private readonly properties = new Map<string, string>();

  /** Rows and ranks are put into `host`, which must be positioned. */
  constructor(private readonly host: HTMLElement) {}

  /** The height of one place, in CSS pixels. */
  setRowHeight(height: number): void {
    if (height === this.rowHeight) return;
    this.rowHeight = height;
    this.setProperty('--row-height', `${height}px`);
    for (const row of this.rows.values()) this.draw(row);
  }

  update(entries: readonly RankingEntry[]): void {
    const geometry = rankingGeometry(entries.map((entry) => entry.score));
    const still = this.reduced.matches || document.hidden;
    const first = this.rows.size === 0;
    const present = new Set<string>();
    this.zero.target = geometry.zero;
    if (still || first) this.zero.jump(geometry.zero);

    let widest = 1;
    entries.forEach((entry, place) => {
      const id = identityOf(entry.member);
      const shape = geometry.bars[place] ?? { length: 0, negative: false };
      present.add(id);
      let row = this.rows.get(id);
      if (row === undefined) {
        row = this.create(entry, id, place);
        this.rows.set(id, row);
        // The first rows stand in their places and only their bars grow; later ones come up from below.
        row.place.jump(first ? place : entries.length);
      }
      if (row.leaving) row.element.classList.remove('leaving');
      row.leaving = false;
      // A riser passes over those it overtakes.
      if (row.rank !== place) {
        row.element.classList.toggle('rising', place < row.place.value);
        row.element.dataset['rank'] = String(entry.rank);
        row.rank = place;
      }
      if (row.scoreText !== entry.scoreText) {
        row.scoreText = entry.scoreText;
        row.score.textContent = groupThousands(entry.scoreText);
        row.element.dataset['score'] = entry.scoreText;
      }
      if (row.negative !== shape.negative) {
        row.negative = shape.negative;
        row.length.jump(0);
      }
      row.fill.classList.toggle('infinite', !Number.isFinite(entry.score));
      row.place.target = place;
      row.length.target = shape.length;
      row.opacity.target = 1;
      if (still) this.settle(row);
      widest = Math.max(widest, row.score.textContent.length);
    });

    for (const [id, row] of this.rows) {
      if (present.has(id) || row.leaving) continue;
      if (still) {
        this.remove(id, row);
        continue;
      }
      row.leaving = true;
      row.rank = -1;
      delete row.element.dataset['rank'];
      row.element.classList.add('leaving');
      row.place.target = entries.length;
      row.opacity.target = 0;
    }

    this.setRanks(entries);
    this.setProperty('--score-width', `${Math.min(widest, 26)}ch`);
    if (still) for (const row of this.rows.values()) this.draw(row);
    else this.start();
  }

  /** Stops and empties it. */
  clear(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    for (const [id, row] of this.rows) this.remove(id, row);
    this.setRanks([]);
  }

  private create(entry: RankingEntry, id: string, place: number): Row {
    const make = (className: string, parent: HTMLElement) => {
      const element = document.createElement('div');
      element.className = className;
      parent.append(element);
      return element;
    };
    const element = document.createElement('div');
    element.className = `row colour-${colours.of(id, this.rows.keys())}`;
    const name = lineOf(entry.member);
    element.dataset['member'] = name;
    const lane = make('lane', element);
    const bar = make('bar', lane);
    const fill = make('fill', bar);
    const member = make('member', lane);
    member.textContent = name === '' ? '""' : name;
    if (name.length > 24) member.title = name;
    if (entry.member.bytes !== undefined) member.classList.add('binary');
    const score = make('score', element);
    this.host.append(element);
    return {
      element,
      bar,
      fill,
      score,
      place: new Spring(place, PLACE_SPEED),
      length: new Spring(0, LENGTH_SPEED),
      opacity: new Spring(0, FADE_SPEED),
      scoreText: '',
      negative: false,
      rank: -1,
      leaving: false,
      drawn: { y: '', bar: '', fill: '', opacity: '' },
      atRest: false,
    };
  }

  private setRanks(entries: readonly RankingEntry[]): void {
    while (this.ranks.length > entries.length) this.ranks.pop()?.remove();
    entries.forEach((entry, place) => {
      let label = this.ranks[place];
      if (label === undefined) {
        label = document.createElement('div');
        label.className = 'rank';
        label.style.setProperty('--place', String(place));
        this.host.append(label);
        this.ranks.push(label);
      }
      const text = String(entry.rank);
      if (label.textContent !== text) label.textContent = text;
    });
    this.setProperty('--places', String(entries.length));
  }

  private start(): void {
    if (this.frame !== 0) return;
    this.lastTime = performance.now();
    this.frame = requestAnimationFrame(this.move);
  }

  private readonly move = (time: number): void => {
    const seconds = Math.min(Math.max((time - this.lastTime) / 1000, 0.001), LONGEST_STEP);
    this.lastTime = time;
    const zero = this.zero.step(seconds, 0.0005);
    let moving = zero;
    for (const [id, row] of this.rows) {
      const place = row.place.step(seconds, 0.005);
      const length = row.length.step(seconds, 0.0005);
      const opacity = row.opacity.step(seconds, 0.005);
      if (row.leaving && !opacity) {
        this.remove(id, row);
        continue;
      }
      const settled = !(place || length || opacity);
      if (!settled || zero || !row.atRest) this.draw(row);
      row.atRest = settled && !zero;
      moving ||= !settled;
    }
    this.frame = moving ? requestAnimationFrame(this.move) : 0;
  };

  private settle(row: Row): void {
    row.place.jump(row.place.target);
    row.length.jump(row.length.target);
    row.opacity.jump(row.opacity.target);
  }

  private draw(row: Row): void {
    const { drawn } = row;
    const y = `translateY(${(row.place.value * this.rowHeight).toFixed(2)}px)`;
    // The bar is as wide as its lane and slides behind its own edge: its round end is never stretched.
    const bar = `translateX(${percent(this.zero.value)})${row.negative ? ' scaleX(-1)' : ''}`;
    const fill = `translateX(${percent(row.length.value - 1)})`;
    const opacity = row.opacity.value.toFixed(3);
    // What did not move is not written: every write makes the browser work out that element's style again.
    if (drawn.y !== y) row.element.style.transform = drawn.y = y;
    if (drawn.bar !== bar) row.bar.style.transform = drawn.bar = bar;
    if (drawn.fill !== fill) row.fill.style.transform = drawn.fill = fill;
    if (drawn.opacity !== opacity) row.element.style.opacity = drawn.opacity = opacity;
  }

  /** Custom properties are inherited: a write to one costs the style of all rows. */
  private setProperty(name: string, value: string): void {
    if (this.properties.get(name) === value) return;
    this.properties.set(name, value);
    this.host.style.setProperty(name, value);
  }

  private remove(id: string, row: Row): void {
    row.element.remove();
    this.rows.delete(id);
  }
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(3)}%`;
}
