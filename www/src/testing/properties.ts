/** fast-check as `npm test` and `npm run campaign` want it. */
import fc from 'fast-check';

/** Cases for each one that a property asks for. */
const times = Number(process.env['RESPLAY_CASES'] ?? 1);

// The same cases every time, so that what fails fails again; a campaign looks at others.
fc.configureGlobal({
  seed: Number(process.env['RESPLAY_SEED'] ?? 1),
  numRuns: 100 * times,
});

/** How often a property is tried that is not tried a hundred times. */
export const tries = (numRuns: number): { numRuns: number } => ({ numRuns: numRuns * times });

export default fc;
