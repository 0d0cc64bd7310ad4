//! What the program says about itself.

use resplay::instance::REDIS_VERSION;

/// The answer to `--version`, in the form of redis-server's.
pub fn version() -> String {
    format!(
        "Redis server v={REDIS_VERSION} sha=00000000:0 malloc=counted bits=64 build=resplay-{}",
        env!("CARGO_PKG_VERSION")
    )
}

/// The answer to `--help`.
pub const HELP: &str = "\
Usage: resplay-server [/path/to/redis.conf] [options] [-]
       resplay-server - (read config from stdin)
       resplay-server -v or --version
       resplay-server -h or --help

Examples:
       resplay-server (run the server with default conf)
       echo 'maxmemory 128mb' | resplay-server -
       resplay-server /etc/redis/6379.conf
       resplay-server --port 7777
       resplay-server /etc/myredis.conf --loglevel verbose -
       resplay-server /etc/myredis.conf --loglevel verbose

Sentinel mode:
       resplay-server /etc/sentinel.conf --sentinel";

/// Why a server does not go into the background by itself.
pub const NO_DAEMON: &str = "resplay-server does not daemonize: leave `daemonize yes` out, and have \
                             the shell or a service manager run it in the background.";
