import type { embedEn } from './embed.en';

/** The strings of embedded elements, in Simplified Chinese. */
export const embedZhCN: Readonly<Record<keyof typeof embedEn, string>> = {
  'embed.run': '运行',
  'embed.stop': '停止',
  'embed.reset': '还原',
  'embed.running': '运行中…',
  'embed.loading': '加载中…',
  'embed.failed': '没有成功：{reason}',
  'embed.code': '可以修改并运行的代码（Ctrl+Enter）',
  'embed.output': '输出',
  'embed.expected': '应有的输出',
  'embed.matches': '与预期一致',
  'embed.differs': '与预期不同',
  'embed.before': '它所依赖的部分没有运行成功：{reason}',
  'embed.language': '这里不能运行 {language}。',
  'embed.forgets': '浏览器在这里不保存任何内容：页面关闭后，实验室就没有了。',
  'embed.nothing': '没有输出。',
};
