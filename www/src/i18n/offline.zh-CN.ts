import type { offlineEn } from './offline.en';

/** The strings of the notice of a new version, in Simplified Chinese. */
export const offlineZhCN: Readonly<Record<keyof typeof offlineEn, string>> = {
  'offline.new': 'Resplay 的新版本已就绪。重新加载页面会结束这里正在运行的内容。',
  'offline.use': '加载',
  'offline.later': '以后再说',
};
