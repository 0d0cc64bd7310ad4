import { openLab, type Client, type Lab } from 'resplay';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Leaderboard, type Redis } from './leaderboard.js';

const HOUR = 60 * 60 * 1000;

let lab: Lab;
let redis: Client;
let board: Leaderboard;

beforeEach(async () => {
  // A clock that stands still: nothing expires, and nothing fails over, before the test says so. At one run of the
  // server's housekeeping a second, hours pass quickly.
  lab = await openLab({ clock: 'manual', now: Date.UTC(2026, 0, 1), seed: 1, config: 'hz 1' });
  redis = await lab.connect();
  board = new Leaderboard(redis, 'board:2026-01-01');
});

afterEach(() => lab.close());

describe('ranking', () => {
  test('the best score of each player counts', async () => {
    expect(await board.submit('ada', 120)).toBe(true);
    expect(await board.submit('ada', 90)).toBe(false);
    expect(await board.submit('grace', 150)).toBe(true);
    expect(await board.submit('ada', 180)).toBe(true);
    expect(await board.top(10)).toEqual([
      { rank: 1, player: 'ada', score: 180 },
      { rank: 2, player: 'grace', score: 150 },
    ]);
  });

  test('players of equal score share a rank, and the next one is left out', async () => {
    await board.submit('ada', 100);
    await board.submit('grace', 100);
    await board.submit('edsger', 50);
    const ranks = (await board.top(10)).map(({ player, rank }) => [player, rank]);
    expect(new Map(ranks as [string, number][])).toEqual(
      new Map([
        ['ada', 1],
        ['grace', 1],
        ['edsger', 3],
      ]),
    );
    expect(await board.entry('nobody')).toBeNull();
  });
});

describe('time', () => {
  test('a board goes a day after its first score, not its last', async () => {
    await board.submit('ada', 100);
    await lab.advance(23 * HOUR);
    await board.submit('grace', 50);
    expect(await board.top(10)).toHaveLength(2);
    await lab.advance(HOUR - 1);
    expect(await board.top(10)).toHaveLength(2);
    await lab.advance(1);
    expect(await board.top(10)).toEqual([]);
    expect(new Date(lab.now).toISOString()).toBe('2026-01-02T00:00:00.000Z');
  });
});

describe('announcements', () => {
  test('whoever takes the lead is announced, once', async () => {
    const leaders: unknown[] = [];
    const listener = await lab.connect();
    await listener.subscribe(`${board.name}:leader`, (player) => leaders.push(player));
    await board.submit('ada', 100);
    await board.submit('grace', 90);
    await board.submit('ada', 110);
    await board.submit('grace', 120);
    await lab.advance(0);
    expect(leaders).toEqual(['ada', 'grace']);
  });
});

describe('giving points', () => {
  beforeEach(async () => {
    await board.submit('ada', 100);
    await board.submit('grace', 10);
  });

  test('moves them, or nothing', async () => {
    await board.give('ada', 'grace', 30);
    expect((await board.top(2)).map(({ score }) => score)).toEqual([70, 40]);
    await expect(board.give('grace', 'ada', 1000)).rejects.toThrow('grace has 40 points');
    expect((await board.top(2)).map(({ score }) => score)).toEqual([70, 40]);
  });

  test('begins again when somebody plays in between', async () => {
    const other = new Leaderboard(await lab.connect(), board.name);
    let attempts = 0;
    const interrupted: Redis = {
      call: async (command, ...args) => {
        // Between the look and the leap, the first time only.
        if (command === 'MULTI' && attempts++ === 0) await other.submit('ada', 105);
        return redis.call(command, ...args);
      },
    };
    await new Leaderboard(interrupted, board.name).give('ada', 'grace', 100);
    expect(attempts).toBe(2);
    expect((await board.entry('ada'))?.score).toBe(5);
    expect((await board.entry('grace'))?.score).toBe(110);
  });
});

describe('more than one server', () => {
  beforeEach(async () => {
    await lab.launch(['redis-server', '--port', '6380', '--replicaof', '127.0.0.1', '6379']);
    await lab.until(() => lab.node(6380).link);
  });

  test('a replica follows, and falls behind while the line is cut', async () => {
    const replica = new Leaderboard(await lab.connect(6380), board.name);
    await board.submit('ada', 100);
    await lab.until(async () => (await replica.top(1)).length === 1);

    lab.network.cut(6379, 6380);
    await board.submit('grace', 200);
    await lab.advance(500);
    expect((await replica.top(1))[0]?.player).toBe('ada');

    lab.network.mend(6379, 6380);
    await lab.until(async () => (await replica.top(1))[0]?.player === 'grace');
    await expect(replica.submit('edsger', 1)).rejects.toThrow('READONLY');
  });

  test('sentinels replace a primary that dies, and the board is still there', async () => {
    for (const port of [26379, 26380, 26381]) {
      const conf = `/etc/redis/sentinel-${port}.conf`;
      await lab.files.write(
        conf,
        `port ${port}
         sentinel monitor main 127.0.0.1 6379 2
         sentinel down-after-milliseconds main 1000`,
      );
      await lab.launch(['redis-sentinel', conf]);
    }
    await board.submit('ada', 100);
    await lab.advance(5000);

    const sentinel = await lab.connect(26379);
    const primary = async (): Promise<unknown> =>
      sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main');
    expect(await primary()).toEqual(['127.0.0.1', '6379']);

    const died = lab.now;
    await lab.kill(6379);
    await lab.until(async () => String(await primary()) === '127.0.0.1,6380');
    expect(lab.now - died).toBeLessThan(10_000);
    const now = new Leaderboard(await lab.connect(6380), board.name);
    expect(await now.top(1)).toEqual([{ rank: 1, player: 'ada', score: 100 }]);
    expect(await now.submit('grace', 150)).toBe(true);

    // The old primary comes back as a replica of the new one.
    await lab.start(6379);
    await lab.until(() => lab.node(6379).primary === '6380' && lab.node(6379).link);
  });
});
