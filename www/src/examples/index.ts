import { activity } from './activity';
import type { Example } from './example';
import { follows } from './follows';
import { music } from './music';
import { phones } from './phones';
import { profiles } from './profiles';
import { queue } from './queue';

export type { Example, ExampleStep } from './example';

/** Every example, in the order of the page. Add one here and it has its card. */
export const examples: readonly Example[] = [music, phones, activity, follows, profiles, queue];
