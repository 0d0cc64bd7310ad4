import { describe, expect, it, vi } from 'vitest';
import { RemoteFiles } from './remote-files';
import type { WorkerLink } from './worker-link';

function link() {
  const ask = vi.fn(() => Promise.resolve([]));
  const tell = vi.fn();
  return { ask, tell, link: { ask, tell } as unknown as WorkerLink };
}

describe('RemoteFiles', () => {
  it('has the worker watch only while somebody listens', () => {
    const { link: wire, tell } = link();
    const files = new RemoteFiles(wire);
    const listener = vi.fn();
    const stop = files.onChange(listener);
    const other = files.onChange(() => undefined);
    files.changed();
    expect(listener).toHaveBeenCalledTimes(1);
    stop();
    stop();
    other();
    files.changed();
    expect(listener).toHaveBeenCalledTimes(1);
    expect(tell.mock.calls).toEqual([
      ['watchFiles', [true]],
      ['watchFiles', [false]],
    ]);
  });

  it('goes on in another worker', async () => {
    const files = new RemoteFiles(link().link);
    const listener = vi.fn();
    files.onChange(listener);
    const after = link();
    files.reopen(after.link);
    expect(after.tell).toHaveBeenCalledWith('watchFiles', [true]);
    expect(listener).toHaveBeenCalledTimes(1);
    await files.list();
    expect(after.ask).toHaveBeenCalledWith('listFiles', ['/']);
  });
});
