import type { LabTime } from './api';

/** What time it is in a lab so many milliseconds of real time after it was told, if nothing has changed since. */
export function timeAfter(told: LabTime, elapsed: number): number {
  return told.paused || told.past || told.hurries ? told.now : told.now + elapsed * told.speed;
}
