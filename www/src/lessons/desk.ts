/** The one lesson that a page, or a lab within one, has open, and the lesson's lab in the place of the visitor's own. */

import type { Lab } from '../client';
import { locale, onLocaleChange } from '../i18n';
import { COURSE, textOf, type LessonName } from './course';
import { LessonError, MAX_LESSON } from './format';
import { OpenedLesson, type Source } from './opened';

const isOfCourse = (id: string): id is LessonName => (COURSE as readonly string[]).includes(id);

export class Desk extends EventTarget {
  /** Whose lab gives way, and hears of it. */
  private readonly place: Element;
  opened: OpenedLesson | undefined;
  /** Why the last one could not be opened. */
  failure: unknown;
  private noticeShown: unknown;
  private shownLab: Lab | undefined;
  private deaf: (() => void) | undefined;

  constructor(place: Element) {
    super();
    this.place = place;
  }

  /** Opens a lesson of the course; a name that is none, such as a link may have, is a failure. */
  async openCourse(name: string): Promise<void> {
    try {
      if (!isOfCourse(name)) throw new Error(name);
      this.open(await sourceOf(name));
    } catch (error) {
      this.fail(error);
    }
  }

  /** Opens any text as a lesson: one that was dropped on the page, came with a link, or that an embedded lab names. */
  openText(text: string, file: string): void {
    const id = `file.${nameOf(text)}`;
    this.open({ id, copyId: id, text, file });
  }

  async openFile(file: File): Promise<void> {
    if (file.size > MAX_LESSON * 4) this.fail(new LessonError('tooLong', 1));
    else this.openText(await file.text(), file.name);
  }

  private open(source: Source): void {
    try {
      const opened = new OpenedLesson(source);
      this.close();
      this.opened = opened;
      this.deaf = onLocaleChange(() => void this.translate());
      this.failure = undefined;
      opened.addEventListener('change', () => this.follow(opened));
      void opened.start();
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.failure = error;
    this.changed();
  }

  close(): void {
    this.failure = undefined;
    this.deaf?.();
    const { opened } = this;
    this.opened = undefined;
    // The page looks at its own lab before the lesson's goes.
    this.show(undefined);
    opened?.close();
    this.changed();
  }

  private follow(opened: OpenedLesson): void {
    if (opened === this.opened) this.show(opened.lab);
    this.changed();
  }

  /** What stands under the header while a lesson is open; the view brings it along. */
  set notice(notice: unknown) {
    this.noticeShown = notice;
    if (this.shownLab) this.tell(this.shownLab);
  }

  private show(lab: Lab | undefined): void {
    if (lab === this.shownLab) return;
    this.shownLab = lab;
    this.tell(lab);
  }

  private tell(lab: Lab | undefined): void {
    const detail = { lab, notice: lab && this.noticeShown };
    this.place.dispatchEvent(new CustomEvent('resplay-stand-in', { detail }));
  }

  private async translate(): Promise<void> {
    const { opened } = this;
    const id = opened?.source.id ?? '';
    if (opened && isOfCourse(id)) await opened.translate(await sourceOf(id));
  }

  private changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

async function sourceOf(name: LessonName): Promise<Source> {
  const language = locale();
  return { id: name, copyId: `${language}.${name}`, text: await textOf(name, language) };
}

const desks = new WeakMap<Element, Desk>();

/** The desk of a lab's page. */
export function deskOf(place: Element): Desk {
  let desk = desks.get(place);
  if (desk === undefined) desks.set(place, (desk = new Desk(place)));
  return desk;
}

/** The desk of the page that a view is part of, whatever shadow roots stand between. */
export function deskAround(view: Element): Desk {
  for (let root = view.getRootNode(); root instanceof ShadowRoot; root = root.host.getRootNode())
    if (root.host.localName === 'resplay-app') return deskOf(root.host);
  return deskOf(document.documentElement);
}

/** A name for a text that is none of the course: the same for the same text. */
function nameOf(text: string): string {
  let one = 0x811c9dc5;
  let other = text.length;
  for (let at = 0; at < text.length; at += 1) {
    one = Math.imul(one ^ text.charCodeAt(at), 0x01000193);
    other = Math.imul(other ^ (one >>> 7), 0x5bd1e995);
  }
  return [one, other].map((part) => (part >>> 0).toString(36)).join('');
}
