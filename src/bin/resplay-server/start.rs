//! From the command line to a server that listens.

use super::files::Files;
use super::host::Host;
use super::listen;
use super::process::{Signals, raise_file_limit};
use super::usage::{HELP, NO_DAEMON, version};
use mio::Waker;
use resplay::disk::resolve;
use resplay::instance::{Arguments, Config, ConfigError, LogLevel};
use resplay::server::Server;
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, IsTerminal, Read};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Microseconds since 1970.
pub fn now_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    })
}

/// Microseconds since the program began, by a clock that nobody sets.
fn stopwatch() -> i64 {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    let since = BEGAN.get_or_init(Instant::now).elapsed();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// A number that nobody can guess: the standard library seeds its hash tables from the system.
fn chance() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Runs the program; `words` begin with its name.
pub fn start(words: &[String]) -> ExitCode {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    let name = if words.is_empty() {
        ""
    } else {
        words.remove(0)
    };
    match words.as_slice() {
        ["-v" | "--version"] => {
            println!("{}", version());
            return ExitCode::SUCCESS;
        }
        ["-h" | "--help"] => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    // By this name a server is a sentinel, as with the option.
    if name.ends_with("redis-sentinel") {
        words.push("--sentinel");
    }
    match serve(words) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The configuration and the file it is from.
fn configuration(
    mut words: Vec<&str>,
    folder: &str,
    files: &Files,
) -> Result<(Config, Option<String>), ConfigError> {
    let mut standard_input = Vec::new();
    // At the front or at the end.
    let reads = words.iter().position(|word| *word == "-");
    if let Some(at) = reads.filter(|at| *at == 0 || at + 1 == words.len()) {
        words.remove(at);
        if let Err(error) = io::stdin().read_to_end(&mut standard_input) {
            eprintln!("Cannot read standard input: {error}");
        }
        standard_input.push(b'\n');
    }
    let arguments = Arguments::parse(&words);
    let path = arguments.path.map(|path| resolve(folder, &path));
    standard_input.extend_from_slice(&arguments.options);
    let sentinel = arguments.sentinel;
    let config = Server::configuration(sentinel, path.as_deref(), &standard_input, folder, files)?;
    Ok((config, path))
}

fn serve(words: Vec<&str>) -> io::Result<ExitCode> {
    let folder = std::env::current_dir()?;
    let folder = folder.to_string_lossy();
    let waker: Arc<OnceLock<Waker>> = Arc::default();
    let files = Files::new(Arc::clone(&waker))?;
    let (config, path) = match configuration(words, &folder, &files) {
        Ok(found) => found,
        Err(error @ ConfigError::Fatal { .. }) => {
            eprint!("{error}");
            return Ok(ExitCode::FAILURE);
        }
        Err(error) => {
            let mut server = Server::new(Config::default(), 0, now_us());
            server.set_process(std::process::id(), None);
            server.log(now_us(), LogLevel::Warning, &error.to_string());
            server.take_log().iter().for_each(|line| println!("{line}"));
            return Ok(ExitCode::FAILURE);
        }
    };
    if config.daemonize {
        eprintln!("{NO_DAEMON}");
        return Ok(ExitCode::FAILURE);
    }
    let banner = config.logfile.is_empty() && io::stdout().is_terminal();
    let mut server = Server::with_disk(config.clone(), Box::new(files), chance(), now_us());
    server.set_stopwatch(stopwatch);
    server.set_process(std::process::id(), path);
    server.log_start();
    if let Some(clients) = raise_file_limit(config.maxclients) {
        let text = format!(
            "The system lets this process open files for {clients} clients only; maxclients is {}.",
            config.maxclients
        );
        server.log(now_us(), LogLevel::Warning, &text);
    }
    let listeners = match listen::open(&config) {
        Ok(listeners) => listeners,
        Err(lines) => {
            for line in lines {
                server.log(now_us(), LogLevel::Warning, &line);
            }
            super::host::print_log(&mut server);
            return Ok(ExitCode::FAILURE);
        }
    };
    let pidfile = match config.pidfile.is_empty() {
        true => None,
        false => Some(resolve(&config.dir, &config.pidfile)),
    };
    if let Some(path) = &pidfile
        && let Err(error) = fs::write(path, format!("{}\n", std::process::id()))
    {
        let text = format!("Failed to write PID file: {error}");
        server.log(now_us(), LogLevel::Warning, &text);
    }
    let mut host = Host::new(server, listeners, Signals::catch()?, &waker)?;
    host.begin(banner);
    let code = host.run();
    if let Some(path) = pidfile {
        // Somebody may have taken it away.
        let _ = fs::remove_file(path);
    }
    code
}
