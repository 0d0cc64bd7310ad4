import { expect, test } from '@playwright/test';
import { ask } from './lab-calls';
import { LabPage } from './lab-page';

test.describe('scripts', () => {
  let lab: LabPage;

  test.beforeEach(({ page }) => {
    lab = new LabPage(page);
  });

  test('run in the console, before Lua was fetched and after', async ({ page }) => {
    const fetched: string[] = [];
    page.on('request', (request) => {
      if (/lua-[^/]*\.wasm$/.test(request.url())) fetched.push(request.url());
    });
    await lab.open();
    await lab.enter('SET before lua');
    await lab.expectOutput('OK');
    expect(fetched).toEqual([]);
    await lab.enter(`EVAL "return {KEYS[1], redis.call('GET', 'before')}" 1 key`);
    await lab.expectOutput('1) "key"\n2) "lua"\n');
    expect(fetched.length).toBeGreaterThan(0);
    await lab.enter('EVAL "return cjson.encode({1, 2})" 0');
    await lab.expectOutput('"[1,2]"');
    await lab.enter('EVAL "return nothing" 0');
    await lab.expectOutput("Script attempted to access nonexistent global variable 'nothing'");
  });

  test('say so when Lua cannot be fetched, and run once it can', async ({ page }) => {
    await page.route(/lua-[^/]*\.wasm$/, (route) => route.fulfill({ status: 404 }));
    await lab.open();
    const [refused] = await ask(page, ['EVAL', 'return 1', '0']);
    expect(refused).toContain('ERR scripting could not be loaded: lua.wasm: HTTP 404');
    await page.unroute(/lua-[^/]*\.wasm$/);
    expect(await ask(page, ['EVAL', 'return 1', '0'])).toEqual(['1']);
  });

  test('that never end do end, and the lab goes on', async ({ page }) => {
    await lab.open();
    await ask(page, ['CONFIG', 'SET', 'busy-reply-threshold', '300']);
    const endless = "redis.call('SET', 'written', 'x') while true do end";
    const [ended] = await ask(page, ['EVAL', endless, '0']);
    expect(ended).toMatch(/ERR Script ended after \d+ milliseconds .*What it has written stays/);
    expect(await ask(page, ['GET', 'written'])).toEqual(['x']);
    await ask(page, ['CONFIG', 'SET', 'busy-reply-threshold', '30000']);
    for (const script of [
      'local t = {} while true do t[#t + 1] = {} end',
      "local s = 'x' while true do s = s .. s end",
      'local function f() return 1 + f() end return f()',
      "local function f() return (string.gsub('x', 'x', f)) end return f()",
      "return loadstring('return ' .. string.rep('(', 100000))",
      "return string.find(string.rep('a', 300), string.rep('a*', 300) .. 'b')",
    ]) {
      const [answer] = await ask(page, ['EVAL', script, '0']);
      expect(answer, script).toMatch(/memory|overflow|steps|null|interpreter/);
      expect(await ask(page, ['EVAL', 'return 7', '0']), script).toEqual(['7']);
    }
  });
});
