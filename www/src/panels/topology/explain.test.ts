import { describe, expect, it } from 'vitest';
import { setLocale } from '../../i18n';
import { explain, messageOf } from './explain';

describe('the lines of logs', () => {
  it('are read without process and time', () => {
    expect(messageOf('1001:X 23 Nov 2026 22:05:59.123 # +new-epoch 3')).toBe('+new-epoch 3');
    expect(messageOf('odd')).toBe('odd');
  });

  it('are explained in both languages', () => {
    setLocale('en');
    expect(explain('+sdown master mymaster 127.0.0.1 6379')).toMatch(/primary 127.0.0.1:6379/);
    expect(explain('+sdown slave 127.0.0.1:6380 127.0.0.1 6380 @ mymaster 127.0.0.1 6379')).toMatch(
      /127.0.0.1:6380 \(slave\)/,
    );
    expect(explain('+odown master mymaster 127.0.0.1 6379 #quorum 2/2')).toMatch(/^2 sentinels/);
    setLocale('zh-CN');
    expect(explain('+switch-master mymaster 127.0.0.1 6379 127.0.0.1 6380')).toMatch(/6380/);
    setLocale('en');
    expect(explain('something else')).toBeUndefined();
  });
});
