/** From the lab to production, in English: the page, and the words in the files that it writes. */
export const productionEn = {
  'production.title': 'From the lab to production',
  'production.close': 'Close',
  'production.explain':
    'This lab as real servers: the same topology, configuration, users and data, for Docker Compose and for systemd. Nothing in the lab is changed, and nothing leaves this page but what you download.',
  'production.reading': 'Reading the lab…',
  'production.failed': 'The lab could not be read: {reason}',
  'production.again': 'Read the lab again',
  'production.flavour': 'Servers',
  'production.download': 'Download all ({size})',
  'production.summary':
    'Servers: {servers} · sentinels: {sentinels} · keys: {keys} · files: {files}, {size}',
  'production.parts': 'Parts',
  'production.compose': 'Docker Compose',
  'production.systemd': 'systemd',
  'production.checklist': 'Checklist: what changes when it is real',
  'production.checklistTab': 'Checklist',
  'production.files': 'Files',
  'production.file': 'File',
  'production.copy': 'Copy',
  'production.save': 'Download',
  'production.copied': 'Copied.',
  'production.copyFailed': 'The browser does not let it be copied. Select it and copy it yourself.',
  'production.binary': 'Data of {size}, which is no text. It is in the archive.',
  'production.empty': 'An empty file: the server appends to it.',
  'production.cut': 'The first {shown} of {size}. Copy and download give all of it.',
  'production.secret': 'It holds passwords: keep it out of repositories and chats.',
  'production.secretMark': 'secret',
  'production.howCompose':
    'In the folder compose: docker compose up -d. Ports are not published, see the commented lines.',
  'production.howSystemd':
    'On the machine, in this folder: sudo ./install.sh. It overwrites nothing.',
  'production.now': 'Now',
  'production.todo': 'To do',
  'production.dangers': '{count} to settle before anybody relies on it',
  'production.noDangers': 'Nothing that must be settled first.',

  'level.danger': 'settle first',
  'level.warning': 'decide',
  'level.note': 'know',

  'conf.server': 'The server that the lab calls {name}.',
  'conf.sentinel':
    'The sentinel that the lab calls {name}. It writes what it learns into this file.',
  'conf.unprotected':
    'It has no password. With protected-mode it would answer nobody but its own container; the network is private, and no port is published. Set requirepass, then say yes here.',
  'conf.sentinelOpen':
    'Sentinels answer everybody who reaches them: let nobody but clients and servers of the network do so.',
  'conf.persistence': 'What outlives a crash, as in the lab.',
  'conf.memory': 'Bytes of memory for data; 0: no bound.',
  'conf.changed': 'What the lab has otherwise than a real server by itself.',
  'conf.since': 'Known from 7.2 on; take the # away there:',
  'conf.unknown': '{name} is known to the lab only, and was left out.',
  'conf.replication': 'Whom it follows, and what it is called there.',
  'conf.names': 'Addresses of containers change, names stay.',
  'conf.stranger':
    'This address is none of the servers of the lab that run: put the real one here.',
  'conf.secrets':
    'Passwords, users and names of commands as in the lab. Change what was chosen for a lesson.',
  'conf.noSecrets':
    'The lab has no password. Choose a long one, the same on all servers, and take the # away.',

  'compose.head':
    'The servers of the lab as containers. The folder conf has their configuration, secrets their passwords, data what they load at first.',
  'compose.client': 'A client: docker compose exec {service} {cli}',
  'compose.network': 'Containers reach one another by their names; nobody else reaches them.',
  'compose.ports': 'For programs on this machine, once a password is set:',
  'compose.health':
    'A server that asks for a password is well. The password is not here, because docker inspect shows it.',
  'start.head':
    'Runs in each container: the first time it puts the data of the lab and the configuration into the volume.',
  'start.keeps':
    'Later the configuration in the volume counts, because servers and sentinels write a failover into it: change it by CONFIG SET and CONFIG REWRITE, or remove /data/lab.conf.',
  'start.again': 'The configuration is read anew at each start.',
  'start.user': 'The entrypoint of the image goes on as an ordinary user.',

  'unit.head': 'The process that the lab calls {name}.',
  'unit.notify':
    'It says when it is ready (supervised systemd). A server that was built without systemd needs Type=simple and no supervised line.',
  'unit.timeouts': 'Time to load its data, and to save them.',
  'unit.files': 'Files and connections: maxclients is {clients}.',
  'unit.hardening': 'It may write its own folder, and {folder}, where it keeps its configuration.',
  'sysctl.memory':
    'A snapshot is written by a fork, which needs no second memory, but may be refused it. Transparent huge pages: the server turns them off for itself (disable-thp).',
  'sysctl.backlog': 'Connections that wait to be accepted: no less than tcp-backlog.',
  'install.head':
    'Installs the servers of the lab on this machine. Run it once, as root; it overwrites nothing.',
  'install.root': 'Run it as root: sudo ./install.sh',
  'install.missing':
    '{program} is not there: install it first (apt install redis, dnf install redis …).',
  'install.package': 'The service of the package would take the same port.',
  'install.active': 'This service runs already; stop and disable it first:',
  'install.keep': 'What is there stays.',
  'install.kept': 'Is there already and stays:',
  'install.hosts': 'This machine must know by name (DNS or /etc/hosts): {hosts}',
  'install.order': 'Primaries first, then those that follow them, then sentinels.',

  'readme.intro':
    'A lab as real servers. CHECKLIST.md says what is to be decided before anybody relies on them. Two ways to run it; take one.',
  'readme.compose':
    'One container for each process. They call one another by the names of the services.',
  'readme.systemd':
    'One unit for each process. Where the lab has several hosts, each has a folder: copy it to its machine.',
  'readme.secrets':
    'Passwords are those of the lab: in compose/secrets, and in the configurations for systemd. Keep both out of repositories.',

  'topic.persistence': 'Persistence',
  'topic.data': 'Data',
  'topic.memory': 'Memory',
  'topic.passwords': 'Passwords',
  'topic.users': 'Users',
  'topic.network': 'Network',
  'topic.failover': 'Failover',
  'topic.machines': 'Machines',
  'topic.timeouts': 'Time-outs',
  'topic.split': 'Split brain',
  'topic.backups': 'Backups',
  'topic.kernel': 'Kernel',
  'topic.clock': 'Clock',
  'topic.missing': 'Left out',
  'topic.lab': 'The lab',

  'now.aofAlways':
    '{service}: appendonly yes, appendfsync always. Nothing that was acknowledged is lost.',
  'todo.aofAlways':
    'Each write waits for the disk: measure it, and mind that a disk in a cloud is slower.',
  'now.aofEverysec':
    '{service}: appendonly yes, appendfsync everysec. A crash loses about a second, two at worst.',
  'todo.aofEverysec':
    'The usual choice. Watch aof_last_write_status and the free space of the disk.',
  'now.aofNo':
    '{service}: appendonly yes, appendfsync no. A power cut loses what the kernel has not written, 30 seconds and more.',
  'todo.aofNo': 'Take everysec unless the data can be made again.',
  'now.nothing': '{service}: no save points, appendonly no. A restart loses everything.',
  'todo.nothing': 'Right for a cache only. Else say appendonly yes.',
  'now.nothingAndReplicas':
    '{service}: no save points, appendonly no, and replicas. When it restarts by itself it is empty, and its replicas empty themselves after it.',
  'todo.nothingAndReplicas': 'Say appendonly yes, or do not let it restart by itself.',
  'now.snapshots':
    '{service}: save points {points}; appendonly no. A crash loses what came after the last snapshot: up to {seconds} seconds of changes.',
  'todo.snapshots': 'If that is too much, say appendonly yes.',
  'now.data': 'Keys that go along, as the lab has them now: {keys}.',
  'todo.data': 'Servers load them the first time only. To begin empty, delete the folders of data.',
  'now.dataLeft': 'Too large to go along: {services}.',
  'todo.dataLeft':
    'Take dump.rdb from the files of the lab, and put it into the folder of the server.',
  'now.noBound': 'maxmemory 0: {services} may take all memory there is.',
  'todo.noBound':
    'Set maxmemory to some 60 % of the memory of the machine (a snapshot needs more while it is written), and a policy.',
  'now.refuses': '{service}: maxmemory {bytes}, noeviction. Writes are refused when it is full.',
  'todo.refuses': 'Right for a database: have an alarm before it is full.',
  'now.evicts': '{service}: maxmemory {bytes}, {policy}. Keys go when it is full.',
  'todo.evicts': 'Right for a cache: see that no key is in it that must not go.',
  'now.open': 'No password: {services}.',
  'todo.open':
    'Set requirepass and masterauth (sentinel auth-pass too) in the files of secrets, or in the configurations for systemd.',
  'now.short': 'A password of less than 16 characters: {services}.',
  'todo.short':
    'It comes from a lesson and can be guessed at a million tries a second. Choose a long one by chance.',
  'now.long': 'A password is set: {services}.',
  'todo.long': 'It was typed in a lab, and may stand in a shared link: choose another.',
  'now.masterauth': 'A password, but no masterauth: {services}.',
  'todo.masterauth': 'Set masterauth, or they cannot follow a new primary after a failover.',
  'now.authPass': 'These sentinels watch a server with a password and have none: {services}.',
  'todo.authPass': 'Set sentinel auth-pass, or they take it for dead.',
  'now.oddPass': 'A password with spaces, quotes or backslashes: {services}.',
  'todo.oddPass':
    'Sentinels write it back without quotes and do not start again. Take letters and digits.',
  'now.sentinelsOpen': 'Sentinels without a password: {services}.',
  'todo.sentinelsOpen':
    'Whoever reaches them can order a failover. Keep their port in the private network.',
  'now.onlyDefault': 'One user, default, who may do everything.',
  'todo.onlyDefault':
    'Make a user for each program (ACL SETUSER) with its own keys and commands, without @dangerous.',
  'now.users': 'Users besides default that go along: {count}, {names}.',
  'todo.users': 'Their passwords go along as hashes. See what default may still do.',
  'now.network':
    'bind and protected-mode are written for the place: loopback, or a private network. The lab has no TLS.',
  'todo.network':
    'Never publish the port. Between machines, use a firewall and TLS (tls-port, or a tunnel).',
  'now.alone': '{service} has no replica.',
  'todo.alone':
    'When its machine is gone, so is the service, until somebody restores a backup elsewhere.',
  'now.noSentinel': '{service} has {count} replicas, and no sentinel watches it.',
  'todo.noSentinel':
    'Somebody has to say REPLICAOF NO ONE by hand. Add three sentinels for it to go by itself.',
  'now.nobodyToPromote': 'Sentinels watch {service}, which has no replica.',
  'todo.nobodyToPromote': 'There is nobody to take over. Add a replica, better two.',
  'now.quorumTooHigh': 'Sentinels that watch {service}: {count}; quorum {quorum}.',
  'todo.quorumTooHigh':
    'So many can never agree: no failover. Add sentinels, or set a quorum of {majority}.',
  'now.fewSentinels': 'Sentinels that watch {service}: {count}; quorum {quorum}.',
  'todo.fewSentinels':
    'A failover needs a majority, here {majority}: it can lose {spare} of them. Three are the least that outlive one.',
  'now.evenSentinels': 'Sentinels that watch {service}: {count}; quorum {quorum}.',
  'todo.evenSentinels':
    'A majority is {majority}: it can lose {spare}, as many as with one sentinel less.',
  'now.sentinels': 'Sentinels that watch {service}: {count}; quorum {quorum}.',
  'todo.sentinels': 'A majority is {majority}: it can lose {spare} of them.',
  'now.machines': 'Sentinels: {count}; machines that they are on: {hosts}.',
  'todo.machines':
    'They die with it. Put three sentinels on three machines that fail apart, and replicas on others than the primary.',
  'now.shortSilence': 'down-after-milliseconds {silence} for {service}.',
  'todo.shortSilence':
    'A slow disk or a busy machine may be silent for so long. Take 5000 to 30000.',
  'now.silence': 'down-after-milliseconds {silence} for {service}.',
  'todo.silence': 'So long writes fail before anybody acts: clients must try again for longer.',
  'now.splitBrain':
    '{service}: min-replicas-to-write 0. A primary that is cut off goes on taking writes, which are lost afterwards.',
  'todo.splitBrain': 'Set min-replicas-to-write 1 and min-replicas-max-lag 10 on all of them.',
  'now.allNeeded': '{service}: min-replicas-to-write {wanted}, and it has {replicas}.',
  'todo.allNeeded': 'When one replica is gone, nobody can write. Add a replica.',
  'now.someNeeded': '{service}: min-replicas-to-write {wanted}, min-replicas-max-lag {lag}.',
  'todo.someNeeded': 'A primary that is cut off stops taking writes after that time.',
  'now.backups': 'The disk of the lab needs none.',
  'todo.backups':
    'Copy dump.rdb (or the folder of the AOF) to another place each day, and load it somewhere once a month.',
  'now.kernel': 'The lab has no kernel; its servers take up to {clients} clients.',
  'todo.kernel':
    'vm.overcommit_memory = 1, net.core.somaxconn = 1024, transparent huge pages off (the server does it for itself), enough open files: the systemd files set them; for containers set them on the host.',
  'now.clock': 'The clock of the lab is {hours} hours ahead of this machine.',
  'todo.clock':
    'Keys keep the moment at which they expire: set the time to live of short-lived ones anew.',
  'now.stopped': 'Not running in the lab, and not in here: {names}.',
  'todo.stopped': 'Start them, and read the lab again.',
  'now.unanswered': '{name} did not say what it is, and is not in here: {error}',
  'todo.unanswered':
    'Let it answer CONFIG GET, ROLE, INFO and ACL LIST (see rename-command and the rights of the user default), and read the lab again.',
  'now.stranger':
    'These follow or watch an address that is no running server of the lab: {services}.',
  'todo.stranger': 'Put the real address into their configuration.',
  'now.lab':
    'The lab does not have: a slow disk, a full machine, forks that take memory, processors that others use, networks that lose packets.',
  'todo.lab':
    'Rehearse on the real machines what you did here: kill the primary, pull the plug, restore a backup.',
} as const;
