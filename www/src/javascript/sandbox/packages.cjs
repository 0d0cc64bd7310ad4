// The clients, as npm has them, and what of Node they and scripts ask for; a package is begun when it is first asked for.
module.exports = {
  redis: () => require('redis'),
  '@redis/client': () => require('@redis/client'),
  ioredis: () => require('ioredis'),
};
