//! redis.conf: reading it, by redis-server's rules and with its words for what is wrong.

use std::fmt;

use super::{Config, Parameter, ParameterKind, Source};
use crate::disk::{Disk, DiskError, read_all, resolve};
use crate::instance::REDIS_VERSION;
use crate::instance::acl::{AclCommands, NamedCommand, RuleError, Rules, User, merge_selectors};
use crate::resp::split_args;
use crate::sentinel::{Settings, comes_first};
use crate::types::glob;

/// Largest file that is read, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// The port that a sentinel listens on if nothing else is said.
const SENTINEL_PORT: i64 = 26_379;

/// Most files read for one configuration, so that files which include each other come to an end.
const MAX_FILES: usize = 64;

/// Whether there is a command of this name, in any case.
pub type IsCommand = fn(&[u8]) -> bool;

/// Why a server does not start. Displayed as redis-server prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigError {
    /// A line is wrong, or what the lines say together; goes to standard error.
    Fatal {
        /// The line's number from 1, and the line; `None` when it is no single line's fault.
        line: Option<(usize, String)>,
        /// What is wrong.
        reason: String,
    },
    /// A file cannot be read; redis-server logs this as a warning.
    CannotOpen {
        /// The file.
        path: String,
        /// Why not.
        error: DiskError,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Fatal { line, reason } => {
                writeln!(
                    out,
                    "\n*** FATAL CONFIG FILE ERROR (Redis {REDIS_VERSION}) ***"
                )?;
                if let Some((number, text)) = line {
                    writeln!(out, "Reading the configuration file, at line {number}")?;
                    writeln!(out, ">>> '{text}'")?;
                }
                writeln!(out, "{reason}")
            }
            ConfigError::CannotOpen { path, error } => {
                write!(out, "Fatal error, can't open config file '{path}': {error}")
            }
        }
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// The configuration of a server that is started with the file `path` (if any) and `options`,
    /// lines that count as if they stood at the file's end (see [`super::Arguments`]). `folder` is
    /// the folder the server is started in: its `dir` if no line says another, and where relative
    /// paths begin. `is_command` knows the names that `rename-command` may change.
    ///
    /// # Errors
    /// [`ConfigError`] for what redis-server would not start with.
    pub fn load(
        path: Option<&str>,
        options: &[u8],
        folder: &str,
        disk: &dyn Disk,
        is_command: IsCommand,
    ) -> Result<Config, ConfigError> {
        let config = Config {
            dir: resolve("/", folder),
            ..Config::default()
        };
        Self::load_over(config, path, options, disk, is_command)
    }

    /// As [`Config::load`], of a server that is a sentinel.
    ///
    /// # Errors
    /// Likewise.
    pub fn load_sentinel(
        path: Option<&str>,
        options: &[u8],
        folder: &str,
        disk: &dyn Disk,
        is_command: IsCommand,
    ) -> Result<Config, ConfigError> {
        let config = Config {
            dir: resolve("/", folder),
            port: SENTINEL_PORT,
            protected_mode: false,
            sentinel: Some(Settings::default()),
            ..Config::default()
        };
        Self::load_over(config, path, options, disk, is_command)
    }

    fn load_over(
        config: Config,
        path: Option<&str>,
        options: &[u8],
        disk: &dyn Disk,
        is_command: IsCommand,
    ) -> Result<Config, ConfigError> {
        let mut loader = Loader {
            config,
            disk,
            files_left: MAX_FILES,
            save_seen: false,
            sentinel_lines: Vec::new(),
            is_command,
        };
        let mut text = match path {
            Some(path) => loader.read(path)?,
            None => Vec::new(),
        };
        if !options.is_empty() {
            text.push(b'\n');
            text.extend_from_slice(options);
        }
        loader.load(&text)?;
        loader.apply_sentinel_lines()?;
        Ok(loader.config)
    }
}

/// Reading a file, no command is known.
struct NoCommands;

impl AclCommands for NoCommands {
    fn command(&self, _: &[u8]) -> Option<NamedCommand> {
        None
    }

    fn category(&self, _: &[u8]) -> Option<Vec<usize>> {
        None
    }
}

struct Loader<'a> {
    config: Config,
    disk: &'a dyn Disk,
    files_left: usize,
    /// Whether a line has replaced the default save points.
    save_seen: bool,
    /// What `sentinel` lines say, each with its number and as it was written. They are taken in when all are known,
    /// since those about a primary may stand before the one that names it.
    sentinel_lines: Vec<(usize, String, Vec<String>)>,
    is_command: IsCommand,
}

/// A line without the white space around it.
pub(super) fn trimmed(line: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| b" \t\r\n".contains(byte);
    let start = line.iter().take_while(|byte| is_space(byte)).count();
    let line = line.get(start..).unwrap_or_default();
    let end = line.iter().rev().take_while(|byte| is_space(byte)).count();
    line.get(..line.len() - end).unwrap_or_default()
}

impl Loader<'_> {
    fn load(&mut self, text: &[u8]) -> Result<(), ConfigError> {
        for (at, line) in text.split(|&byte| byte == b'\n').enumerate() {
            let line = trimmed(line);
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            let fatal = |reason: String| ConfigError::Fatal {
                line: Some((at + 1, String::from_utf8_lossy(line).into_owned())),
                reason,
            };
            let Ok(words) = split_args(line) else {
                return Err(fatal("Unbalanced quotes in configuration line".into()));
            };
            match words.as_slice() {
                [] => {}
                [include, pattern] if include.eq_ignore_ascii_case(b"include") => {
                    let pattern = String::from_utf8_lossy(pattern);
                    let Some(left) = self.files_left.checked_sub(1) else {
                        return Err(fatal("Too many included files".into()));
                    };
                    self.files_left = left;
                    let text = self.read(&pattern)?;
                    self.load(&text)?;
                }
                [name, values @ ..] if name.eq_ignore_ascii_case(b"sentinel") => {
                    if self.config.sentinel.is_none() {
                        return Err(fatal(
                            "sentinel directive while not in sentinel mode".into(),
                        ));
                    }
                    let text = |word: &Vec<u8>| String::from_utf8_lossy(word).into_owned();
                    let written = String::from_utf8_lossy(line).into_owned();
                    let values = values.iter().map(text).collect();
                    self.sentinel_lines.push((at + 1, written, values));
                }
                [name, values @ ..] => self.directive(name, values).map_err(fatal)?,
            }
        }
        // After an included file too.
        self.check_logfile()
    }

    fn apply_sentinel_lines(&mut self) -> Result<(), ConfigError> {
        let Some(settings) = &mut self.config.sentinel else {
            return Ok(());
        };
        let lines = std::mem::take(&mut self.sentinel_lines);
        let (first, rest): (Vec<_>, Vec<_>) = lines
            .into_iter()
            .partition(|(_, _, words)| comes_first(words));
        // Names of hosts are allowed or not before any is read.
        let (names, first): (Vec<_>, Vec<_>) = first
            .into_iter()
            .partition(|(_, _, words)| words.first().is_none_or(|it| it != "monitor"));
        for (number, written, words) in names.into_iter().chain(first).chain(rest) {
            settings
                .statement(&words)
                .map_err(|reason| ConfigError::Fatal {
                    line: Some((number, written)),
                    reason,
                })?;
        }
        Ok(())
    }

    fn directive(&mut self, name: &[u8], values: &[Vec<u8>]) -> Result<(), String> {
        if let ([old, new], true) = (values, name.eq_ignore_ascii_case(b"rename-command")) {
            let names = &mut self.config.command_names;
            return Ok(names.rename(old, new, self.is_command)?);
        }
        if name.eq_ignore_ascii_case(b"user") && !values.is_empty() {
            return self.user(name, values);
        }
        let Some(parameter) = Parameter::find(name) else {
            return Err("Bad directive or wrong number of arguments".into());
        };
        let mut values = values;
        let words;
        if !parameter.is_multiple() {
            if values.len() != 1 {
                return Err("wrong number of arguments".into());
            }
        } else {
            if matches!(parameter.kind, ParameterKind::Save) && !self.save_seen {
                self.save_seen = true;
                self.config.save.clear();
            }
            // All of them may stand in one pair of quotes; what cannot be split says nothing.
            if let [value] = values
                && !value.is_empty()
            {
                words = split_args(value).unwrap_or_default();
                values = &words;
            }
        }
        let values: Vec<&[u8]> = values.iter().map(Vec::as_slice).collect();
        let source = Source {
            disk: self.disk,
            from_file: true,
        };
        parameter
            .set(&mut self.config, &values, source)
            .map_err(|error| error.0)
    }

    /// A user. The commands that it names are looked up when the server starts.
    fn user(&mut self, word: &[u8], values: &[Vec<u8>]) -> Result<(), String> {
        let wrong = |word: &[u8], why: &str| {
            let word = String::from_utf8_lossy(word);
            Err(["Error in user declaration '", &word, "': ", why].concat())
        };
        // Redis counts the rules and names a word of the whole line.
        let named = |rule: usize| match rule.checked_sub(1) {
            None => word,
            Some(at) => values.get(at).map(Vec::as_slice).unwrap_or_default(),
        };
        let [name, rules @ ..] = values else {
            return wrong(word, "Wrong format");
        };
        let users = &mut self.config.users;
        if users.iter().any(|(known, _)| known == name) {
            let why = "Duplicate user found. A user can only be defined once in config files";
            return wrong(name, why);
        }
        let merged = match merge_selectors(rules) {
            Ok(merged) => merged,
            Err(at) => return wrong(named(at), "Wrong format"),
        };
        let reader = Rules {
            commands: &NoCommands,
            all_channels: self.config.acl_pubsub_default.is_all(),
        };
        let mut user = User::new(reader.all_channels);
        for (at, rule) in merged.iter().enumerate() {
            match reader.apply(&mut user, rule) {
                Ok(()) | Err(RuleError::Unknown) => {}
                Err(error) => return wrong(named(at), error.text()),
            }
        }
        users.push((name.clone(), merged));
        Ok(())
    }

    /// The file `path`, or those that fit if it is a pattern, one behind the other.
    fn read(&self, path: &str) -> Result<Vec<u8>, ConfigError> {
        let cannot_open = |error| ConfigError::CannotOpen {
            path: path.into(),
            error,
        };
        let place = resolve(&self.config.dir, path);
        if !path.contains(['*', '?', '[']) {
            return self.read_file(&place).map_err(cannot_open);
        }
        let (folder, pattern) = place.rsplit_once('/').unwrap_or_default();
        // A pattern that nothing fits, in whatever folder, is no mistake.
        let names = self.disk.list(if folder.is_empty() { "/" } else { folder });
        let mut text = Vec::new();
        for name in names.unwrap_or_default() {
            let hidden = name.starts_with('.') && !pattern.starts_with('.');
            if !hidden && glob::matches(pattern.as_bytes(), name.as_bytes(), false) {
                let file = self.read_file(&[folder, "/", &name].concat());
                text.extend(file.map_err(cannot_open)?);
                if text.len() as u64 > MAX_FILE {
                    return Err(cannot_open(DiskError::Failed("File too large".into())));
                }
            }
        }
        Ok(text)
    }

    fn read_file(&self, path: &str) -> Result<Vec<u8>, DiskError> {
        // A folder is opened and read as if it were empty, as C's stdio does.
        if self.disk.metadata(path)?.is_directory {
            return Ok(Vec::new());
        }
        read_all(self.disk, path, MAX_FILE)
    }

    /// The log file must be one that can be written, since nobody would hear of it later.
    fn check_logfile(&self) -> Result<(), ConfigError> {
        let logfile = &self.config.logfile;
        if logfile.is_empty() {
            return Ok(());
        }
        let path = resolve(&self.config.dir, logfile);
        let (folder, _) = path.rsplit_once('/').unwrap_or_default();
        let folder = if folder.is_empty() { "/" } else { folder };
        let error = match (self.disk.metadata(folder), self.disk.metadata(&path)) {
            (Err(error), _) => error,
            (Ok(folder), _) if !folder.is_directory => DiskError::NotDirectory,
            (_, Ok(file)) if file.is_directory => DiskError::IsDirectory,
            (_, Ok(_) | Err(DiskError::NotFound)) => return Ok(()),
            (_, Err(error)) => error,
        };
        Err(ConfigError::Fatal {
            line: None,
            reason: ["Can't open the log file: ", &error.to_string()].concat(),
        })
    }
}
