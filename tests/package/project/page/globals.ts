/** What ioredis takes for granted. */

import { Buffer } from 'buffer/';
import process from 'process';

Object.assign(globalThis, { Buffer, process });
