/** What is in a link, in words: whoever hands it out is to know. */

import { bytesText, durationText } from '../charts/numbers';
import { formatNumber } from '../i18n';
import { ts } from './catalogue';
import { linesIn } from './commands';
import type { SharedLab, SharedServer } from './shared-lab';

/** Parameters whose values are secrets. */
const SECRETS = new Set(['requirepass', 'masterauth', 'masteruser']);

/** Names of parameters that are named, the rest is counted. */
const NAMED = 4;

export function contentsOf(lab: SharedLab, span: number): string[] {
  const { history, servers, files, commands, script, view, lesson } = lab;
  const found: string[] = [];
  const count = linesIn(commands).length;
  if (count > 0) found.push(ts('contents.commands', { count: formatNumber(count) }));
  if (history !== undefined)
    found.push(
      ts('contents.history', { time: durationText(span), size: bytesText(history.length) }),
    );
  for (const server of servers) found.push(serverText(server));
  for (const { path, bytes } of files) {
    if (path === script) found.push(ts('contents.script', { path }));
    else found.push(ts('contents.file', { path, size: bytesText(bytes.length) }));
  }
  if (lesson !== undefined) {
    const { name, text } = lesson;
    found.push(
      text === ''
        ? ts('contents.lesson', { name })
        : ts('contents.lessonText', { name, size: bytesText(text.length) }),
    );
  }
  if (view !== undefined && view.charts.length > 0)
    found.push(ts('contents.charts', { count: view.charts.length }));
  return found;
}

function serverText({ name, data, config }: SharedServer): string {
  const parts: string[] = [];
  if (data?.kind === 'commands')
    parts.push(ts('contents.data', { count: formatNumber(linesIn(data.text).length) }));
  else if (data) parts.push(ts('contents.snapshot', { size: bytesText(data.bytes.length) }));
  else parts.push(ts('contents.noData'));
  if (config.length > 0) {
    const names = config.map(([parameter]) => parameter);
    const more = names.length > NAMED ? ', …' : '';
    parts.push(
      ts('contents.config', {
        names: `${names.slice(0, NAMED).join(', ')}${more}`,
      }),
    );
    if (config.some(([parameter, value]) => SECRETS.has(parameter) && value !== ''))
      parts.push(ts('contents.secret'));
  }
  return ts('contents.server', { name, size: parts.join(', ') });
}
