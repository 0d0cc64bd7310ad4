/**
 * One tab at a time works on a lab. Web Locks decide; where there are none (pages that came over plain http), tabs ask
 * one another. Neither has to be perfect: the store itself refuses a second writer.
 */

/** Time given to a page that is just being left, as on a reload, in milliseconds. */
const LEAVING_MS = 700;
/** Time given to other tabs to answer where there are no locks, in milliseconds. */
const ANSWER_MS = 200;

export interface LabLock {
  release(): void;
}

/**
 * The lock of a lab; undefined when another tab has it, unless `steal`. `onStolen` is called once, when it was had and
 * another tab has taken it over.
 */
export async function takeLock(
  lab: string,
  onStolen: () => void,
  steal = false,
): Promise<LabLock | undefined> {
  const name = `resplay:${lab}`;
  // Missing where the page is no secure context, whatever the types say.
  const locks = (navigator as Partial<Navigator>).locks;
  return locks === undefined
    ? askOthers(name, onStolen, steal)
    : request(locks, name, onStolen, steal);
}

function request(
  locks: LockManager,
  name: string,
  onStolen: () => void,
  steal: boolean,
): Promise<LabLock | undefined> {
  return new Promise((resolve, reject) => {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), LEAVING_MS);
    let has = false;
    let released = false;
    const hold = (): Promise<void> =>
      new Promise((end) => {
        clearTimeout(timer);
        has = true;
        const release = (): void => {
          released = true;
          end();
        };
        resolve({ release });
      });
    // The two options exclude each other.
    const options = steal ? { steal } : { signal: giveUp.signal };
    locks.request(name, options, hold).catch((error: unknown) => {
      clearTimeout(timer);
      if (has) {
        if (!released) onStolen();
      } else if (giveUp.signal.aborted) {
        resolve(undefined);
      } else {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

type Word = 'whose' | 'mine' | 'taken';

function askOthers(
  name: string,
  onStolen: () => void,
  steal: boolean,
): Promise<LabLock | undefined> {
  return new Promise((resolve) => {
    const channel = new BroadcastChannel(name);
    const say = (word: Word): void => channel.postMessage(word);
    const have = (): void => {
      channel.onmessage = ({ data }: MessageEvent<Word>) => {
        if (data === 'whose') say('mine');
        if (data !== 'taken') return;
        channel.close();
        onStolen();
      };
      resolve({ release: () => channel.close() });
    };
    if (steal) {
      say('taken');
      have();
      return;
    }
    const timer = setTimeout(have, ANSWER_MS);
    channel.onmessage = ({ data }: MessageEvent<Word>) => {
      if (data !== 'mine') return;
      clearTimeout(timer);
      channel.close();
      resolve(undefined);
    };
    say('whose');
  });
}
