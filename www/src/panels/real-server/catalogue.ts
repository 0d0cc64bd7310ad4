/** The messages around a real server, which are fetched with the first of them. */

import { translator } from '../../i18n';
import { remoteEn } from '../../i18n/remote.en';
import { remoteZhCN } from '../../i18n/remote.zh-CN';
import { RemoteError } from '../../remote/problem';

export const tr = translator<keyof typeof remoteEn>({ en: remoteEn, 'zh-CN': remoteZhCN });

/** What went wrong, and what to do about it. */
export function problemText(error: unknown): string {
  if (!(error instanceof RemoteError))
    return error instanceof Error ? error.message : String(error);
  return tr(`problem.${error.code}`, { detail: error.detail });
}
