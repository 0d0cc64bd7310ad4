import type { codeEn } from './code.en';

/** The strings of the code view, in Simplified Chinese. */
export const codeZhCN: Record<keyof typeof codeEn, string> = {
  'code.run': '运行',
  'code.runTitle': '运行脚本（Ctrl+Enter）',
  'code.stop': '停止',
  'code.stopTitle': '立即结束脚本；实验室的数据保留',
  'code.clear': '清空输出',
  'code.loading': '正在加载 Python…',
  'code.running': '正在运行…',
  'code.done': '已完成。',
  'code.stopped': '已停止。',
  'code.editor': 'Python 脚本',
  'code.output': '脚本的输出',
  'code.example': '示例',
  'code.chooseExample': '选择一个示例…',
  'code.music': '音乐排行榜',
  'code.sales': '三天的销量',
  'code.threads': '三十个线程，不加锁',
  'code.lock': '三十个线程，加锁',
  'code.pipeline': '逐条执行与管道',
  'code.suspends': '这个浏览器不能挂起 Python，脚本无法等待实验室。需要 Chromium 137 或更新版本。',
  'code.empty': '脚本打印的内容显示在这里。',
};
