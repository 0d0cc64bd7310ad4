/**
 * Keeps scripts and the lab's disk alike: what is typed goes to the disk a moment after, and what others write there,
 * another tab or a shell, comes to the scripts. While another moment or another tab's lab is shown the disk is left alone;
 * the scripts are not turned back with it.
 */

import type { Lab } from '../client/api';
import { Folder, LARGEST } from './folder';
import type { Script } from './script';

/** How long nothing may have been typed before it is kept, in milliseconds. */
const PAUSE = 500;

/** What the keeper has to do with: the scripts that there are. */
export interface Kept {
  readonly scripts: readonly Script[];
  /** The disk has a script that nobody knows. */
  appeared(name: string, text: string, modified: number): Script;
  /** The disk has it no more. */
  vanished(script: Script): void;
  /** Nobody has done anything with it but see it. */
  isUntouched(script: Script): boolean;
  /** The disk has another script of its name, which it does not replace. */
  stepAside(script: Script): void;
  /** Somebody else has changed its text, or it is kept now, or cannot be. */
  changed(script: Script): void;
}

export class Keeper {
  /** Resolves when what the disk has is there. */
  readonly ready: Promise<void>;
  private readonly lab: Lab;
  private readonly kept: Kept;
  private readonly folder: Folder;
  private readonly timers = new Map<Script, ReturnType<typeof setTimeout>>();
  private readonly saving = new Set<Script>();
  private looking = false;
  private again = false;
  /** How many files have been removed from here. */
  private removals = 0;
  /** What the scripts say holds, whatever the disk has. */
  private insists = false;

  constructor(lab: Lab, kept: Kept) {
    this.lab = lab;
    this.kept = kept;
    this.folder = new Folder(lab.files);
    this.ready = this.look();
    let wasPast = lab.clock.time.past;
    lab.files.onChange(() => void this.look());
    lab.on('storage', () => void this.look());
    lab.on('status', (status) => {
      if (status === 'running') this.insist();
    });
    lab.on('time', ({ past }) => {
      if (wasPast && !past) this.insist();
      wasPast = past;
    });
    // What was typed last is not lost with the page.
    const leave = (): void => {
      if (document.visibilityState === 'hidden') this.saveAll();
    };
    document.addEventListener('visibilitychange', leave);
    addEventListener('pagehide', leave);
  }

  /** The disk is not the lab's own, or of another time. */
  private get isAway(): boolean {
    const { storage, status, clock } = this.lab;
    return status !== 'running' || clock.time.past || storage.reason === 'elsewhere';
  }

  private insist(): void {
    this.insists = true;
    void this.look();
  }

  /** Something was typed. */
  touch(script: Script): void {
    clearTimeout(this.timers.get(script));
    this.timers.set(
      script,
      setTimeout(() => void this.save(script), PAUSE),
    );
  }

  /** Keeps a script as it stands. */
  async save(script: Script): Promise<void> {
    clearTimeout(this.timers.get(script));
    this.timers.delete(script);
    if (script.isKept || this.isAway || this.saving.has(script)) return;
    const { name, text } = script;
    this.saving.add(script);
    try {
      if (text.length > LARGEST) throw new Error(`> ${LARGEST / 1024} KB`);
      await this.folder.write(name, text);
      script.stored = text;
      script.problem = '';
    } catch (error) {
      script.problem = error instanceof Error ? error.message : String(error);
    }
    this.saving.delete(script);
    this.kept.changed(script);
    if (script.problem === '' && (script.text !== text || script.name !== name)) this.touch(script);
    // It may have been renamed, or removed.
    if (this.kept.scripts.every((other) => other.name !== name)) await this.removeFile(name);
  }

  saveAll(): void {
    for (const script of this.timers.keys()) void this.save(script);
  }

  /** The script has another name now. */
  async renamed(script: Script, before: string): Promise<void> {
    const was = script.stored;
    script.stored = undefined;
    await this.save(script);
    if (was !== undefined && script.isKept) await this.removeFile(before);
  }

  async remove(script: Script): Promise<void> {
    clearTimeout(this.timers.get(script));
    this.timers.delete(script);
    if (script.stored === undefined || this.isAway) return;
    await this.removeFile(script.name);
  }

  private async removeFile(name: string): Promise<void> {
    this.removals += 1;
    // What is not there need not be removed.
    await this.folder.remove(name).catch(() => undefined);
    this.removals += 1;
  }

  /** Looks what the disk has; one look at a time. */
  private async look(): Promise<void> {
    this.again = true;
    if (this.looking) return;
    this.looking = true;
    try {
      while (this.again) {
        this.again = false;
        if (!this.isAway) await this.compare();
      }
    } finally {
      this.looking = false;
    }
  }

  private async compare(): Promise<void> {
    const { insists } = this;
    this.insists = false;
    const { removals } = this;
    const stored = this.kept.scripts.filter((script) => script.stored !== undefined);
    const found = await this.folder.list();
    for (const { name, modified, stamp } of found) {
      let script = this.kept.scripts.find((known) => known.name === name);
      if (script !== undefined && (script.stamp === stamp || this.saving.has(script))) continue;
      const text = await this.folder.read(name);
      if (text === undefined || this.isAway) continue;
      if (script?.stored === undefined && script?.stamp === '' && script.text !== text) {
        if (!this.kept.isUntouched(script)) {
          this.kept.stepAside(script);
          script = undefined;
        }
      }
      if (script === undefined) {
        // It may have come, or gone, by another way meanwhile.
        if (removals !== this.removals || this.kept.scripts.some((other) => other.name === name)) {
          this.again = true;
          continue;
        }
        const fresh = this.kept.appeared(name, text, modified);
        fresh.stored = text;
        fresh.stamp = stamp;
        continue;
      }
      const takes = (script.isKept && !insists) || this.kept.isUntouched(script);
      script.stored = text;
      script.stamp = stamp;
      if (takes && script.text !== text) {
        script.text = text;
        this.kept.changed(script);
      }
    }
    const names = new Set(found.map(({ name }) => name));
    for (const script of stored) {
      if (script.stored === undefined || names.has(script.name) || this.saving.has(script))
        continue;
      if (!this.kept.scripts.includes(script)) continue;
      if (script.isKept && !insists) this.kept.vanished(script);
      else script.stored = undefined;
    }
    for (const script of this.kept.scripts) {
      const waits = script.isKept || this.timers.has(script) || this.saving.has(script);
      // What could not be kept, until now, is.
      if (!waits && script.problem === '' && !this.kept.isUntouched(script)) this.touch(script);
    }
  }
}
