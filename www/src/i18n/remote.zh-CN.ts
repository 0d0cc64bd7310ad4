import type { remoteEn } from './remote.en';

/** The same in Simplified Chinese. */
export const remoteZhCN: Record<keyof typeof remoteEn, string> = {
  'connect.open': '真实服务器…',
  'connect.openTitle': '让控制台、图表、键和拓扑连到真实的 Redis 或 Valkey',
  'connect.title': '连接到真实服务器',
  'connect.about':
    '浏览器不能直接建立 TCP 连接，所以需要一个 WebSocket 到 TCP 的网桥，运行在你和服务器都能到达的地方，例如 websockify：',
  'connect.one': '单个服务器',
  'connect.many': '集群，或带副本的服务器：一个网桥，由地址告诉它去哪里',
  'connect.manyAbout':
    '这时地址里写 {host} 和 {port}，文件中每行列出一个允许到达的服务器：127.0.0.1:7001: 127.0.0.1:7001',
  'connect.tls': '加上 --cert 和 --key，网桥就使用 wss://；通过 https 打开的页面必须这样。',
  'connect.address': '网桥地址',
  'connect.first': '起始服务器',
  'connect.firstHint': 'host:port，按网桥能到达的写法',
  'connect.user': '用户',
  'connect.userHint': '留空：default',
  'connect.password': '密码',
  'connect.passwordAbout': '密码只留在这个标签页的内存里：不保存，不写进链接，只发给服务器。',
  'connect.warning': '之后在控制台里输入的命令会在那台服务器上执行，不能倒回，也不能撤销。',
  'connect.connect': '连接',
  'connect.connecting': '正在连接…',
  'connect.cancel': '取消',
  'notice.label': '真实服务器',
  'notice.server': '真实服务器',
  'notice.sentinel': '真实哨兵',
  'notice.cluster': '真实集群',
  'notice.about': '命令在那里执行，不能撤销。',
  'notice.connected': '已连接。',
  'notice.lost': '未连接：{reason}。正在重试。',
  'notice.refused': '有些内容无法显示，服务器说：',
  'notice.disconnect': '回到实验室',
  'console.note': '这个控制台连着真实服务器，输入的命令会在那里执行。',
  'servers.hint': '服务器对自己和其他服务器的说明，每秒询问一次。',
  'servers.oneWay': '网桥只通向这一台服务器。地址里写上 {host} 和 {port}，就能看到其他服务器。',
  'problem.address':
    '这不是网桥的地址。请写成 ws://localhost:6380 或 wss://bridge.example/?token={host}:{port}，后者还要写起始服务器。',
  'problem.mixed':
    '页面是通过 https 打开的，浏览器不允许用未加密的 ws:// 连到另一台机器。请给网桥配置证书，使用 wss://。',
  'problem.unreachable':
    '这个地址没有网桥应答。它在运行吗？端口开放吗？用 wss:// 时浏览器必须信任它的证书：在标签页里用 https:// 打开该地址看看。',
  'problem.refused': '网桥有应答，但到不了服务器：服务器在运行吗？主机、端口或 token 对吗？',
  'problem.timeout': '没有及时收到应答。',
  'problem.foreign': '网桥后面的不是 Redis 服务器，它说：{detail}',
  'problem.tooBig': '服务器的一个回复超过了这个页面能接受的大小。',
  'problem.noauth': '服务器要求密码。',
  'problem.wrongpass': '服务器拒绝了这个用户名和密码。',
  'problem.protected': '服务器处于保护模式，只与本机通信：让网桥运行在那台机器上，或设置密码。',
  'problem.error': '服务器说：{detail}',
  'problem.lost': '连接已关闭',
  'problem.noway': '网桥的地址没有通向 {detail} 的路。',
};
