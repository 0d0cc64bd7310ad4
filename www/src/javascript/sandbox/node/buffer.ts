/** node:buffer: the package `buffer`, and what it lacks. */

import base from 'buffer/index.js';

const constants = { MAX_LENGTH: base.kMaxLength, MAX_STRING_LENGTH: 2 ** 29 - 24 };
const { atob, Blob, btoa, File } = globalThis;

export const { Buffer, INSPECT_MAX_BYTES, kMaxLength } = base;
export { atob, Blob, btoa, constants, File };
export default { ...base, atob, Blob, btoa, constants, File };
