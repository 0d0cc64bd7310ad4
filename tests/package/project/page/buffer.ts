/** Node's `buffer`, with what ioredis asks of it besides. */

export * from 'buffer/';
export const constants = { MAX_STRING_LENGTH: 2 ** 29 - 24 };
