import type { metricsEn } from './metrics.en';

/** The strings of the metrics' view, in Simplified Chinese. */
export const metricsZhCN: Readonly<Record<keyof typeof metricsEn, string>> = {
  'metrics.toolbar': '指标选项',
  'metrics.charts': '指标随时间的变化；用方向键逐秒查看',
  'metrics.span': '时间范围',
  'metrics.minutes': '{count} 分钟',
  'metrics.now': '现在',
  'metrics.ago': '{time} 前',
  'metrics.time': '时间',
  'metrics.commands': '每秒命令数',
  'metrics.memory': '已用内存',
  'metrics.keys': '键数',
  'metrics.lookups': '每秒查找数',
  'metrics.hits': '命中',
  'metrics.misses': '未命中',
  'metrics.totalCommands': '命令总数：{count}',
  'metrics.hitRate': '命中率：{rate}',
  'metrics.expired': '已过期：{count}',
  'metrics.evicted': '已淘汰：{count}',
};
