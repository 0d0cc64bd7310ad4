//! The kinds of parameters: how each is read, refused, shown and written to a file.

use super::{Config, SavePoint};
use crate::disk::{Disk, DiskError, resolve};
use crate::instance::{ClientClass, OutputLimit};
use crate::keyspace::EventClass;
use crate::types::numbers::{self, format_f64};

/// The values of a parameter that is one of some words, each with its word.
pub trait Named: Copy + PartialEq + 'static {
    /// In Redis's order, which its error text has too.
    const NAMES: &'static [(&'static str, Self)];

    /// The word for this value.
    fn name(self) -> &'static str {
        let row = Self::NAMES.iter().find(|(_, value)| *value == self);
        row.map_or("", |(name, _)| name)
    }

    /// The value of a word, in any case.
    fn named(word: &[u8]) -> Option<Self> {
        let row = Self::NAMES
            .iter()
            .find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(word));
        row.map(|(_, value)| *value)
    }
}

/// How a parameter is written, and where its value lives.
#[derive(Clone, Copy)]
pub enum ParameterKind {
    /// `yes` or `no`.
    Bool(fn(&mut Config) -> &mut bool),
    /// A signed number within bounds.
    Integer {
        /// The field.
        field: fn(&mut Config) -> &mut i64,
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// A count within bounds.
    Count {
        /// The field.
        field: fn(&mut Config) -> &mut usize,
        /// Smallest value.
        min: usize,
        /// Largest value.
        max: usize,
    },
    /// A number of bytes within bounds, with units (`100mb`) allowed. More than an address can
    /// count is taken for as much as it can.
    Memory {
        /// The field.
        field: fn(&mut Config) -> &mut usize,
        /// Smallest value.
        min: u64,
        /// Largest value.
        max: u64,
    },
    /// A number of bytes, or a percentage, which is kept as a negative number.
    MemoryOrPercent(fn(&mut Config) -> &mut i64),
    /// latency-tracking-info-percentiles: any number of percentages.
    Percentiles,
    /// Any text that `check` has nothing against.
    Text {
        /// The field.
        field: fn(&mut Config) -> &mut String,
        /// Says what is wrong.
        check: fn(&str) -> Result<(), &'static str>,
    },
    /// Any number of words.
    Words(fn(&mut Config) -> &mut Vec<String>),
    /// A password: any text, not to be shown in logs.
    Secret(fn(&mut Config) -> &mut String),
    /// One of some words.
    Choice {
        /// The word that is chosen.
        get: fn(&mut Config) -> &'static str,
        /// Chooses; false when there is no such word.
        set: fn(&mut Config, &[u8]) -> bool,
        /// The word at a place, until there are no more.
        word: fn(usize) -> Option<&'static str>,
    },
    /// dir: a folder that exists.
    Directory,
    /// replicaof: a host and a port, or `no one`.
    Primary,
    /// save: any number of pairs.
    Save,
    /// client-output-buffer-limit: any number of classes with their three limits.
    OutputLimits,
    /// notify-keyspace-events: letters.
    Events,
}

/// One parameter.
#[derive(Clone, Copy)]
pub struct Parameter {
    /// Its name in redis.conf.
    pub name: &'static str,
    /// An older name that still works.
    pub alias: Option<&'static str>,
    /// Whether CONFIG SET may change it.
    pub mutable: bool,
    /// Whether it says where the server listens: CONFIG SET may change it where the host can follow.
    pub listens: bool,
    /// Shown by CONFIG GET only where it is named in full.
    pub hidden: bool,
    /// Whether CONFIG SET may change it only where enable-protected-configs allows.
    pub protected: bool,
    /// What it looks like.
    pub kind: ParameterKind,
}

/// Why a value was refused; the text ends CONFIG SET's error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetError(pub String);

impl From<&'static str> for SetError {
    fn from(text: &'static str) -> Self {
        SetError(text.into())
    }
}

/// Where values come from, and the files that some of them name.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The server's files.
    pub disk: &'a dyn Disk,
    /// Whether values are read from a file, where several `save` lines add up.
    pub from_file: bool,
}

/// LONG_MAX where Redis runs; capped by what an address can count here.
pub(super) const SIZE_MAX: usize = isize::MAX as usize;

impl Parameter {
    /// The parameter of this name or alias, in any case.
    pub fn find(name: &[u8]) -> Option<&'static Parameter> {
        Self::ALL
            .iter()
            .find(|parameter| parameter.spelled(name).is_some())
    }

    /// The name or alias that `name` is, in its own spelling.
    pub fn spelled(&self, name: &[u8]) -> Option<&'static str> {
        [Some(self.name), self.alias]
            .into_iter()
            .flatten()
            .find(|known| known.as_bytes().eq_ignore_ascii_case(name))
    }

    /// Whether it takes several values.
    pub fn is_multiple(&self) -> bool {
        matches!(
            self.kind,
            ParameterKind::Save
                | ParameterKind::Primary
                | ParameterKind::OutputLimits
                | ParameterKind::Percentiles
                | ParameterKind::Words(_)
        )
    }

    /// The value as CONFIG GET shows it. (The accessors serve reading and writing alike, so
    /// reading asks for `&mut` too.)
    pub fn get(&self, config: &mut Config) -> String {
        match self.kind {
            ParameterKind::Bool(field) => if *field(config) { "yes" } else { "no" }.into(),
            ParameterKind::Integer { field, .. } => field(config).to_string(),
            ParameterKind::Count { field, .. } | ParameterKind::Memory { field, .. } => {
                field(config).to_string()
            }
            ParameterKind::MemoryOrPercent(field) => match *field(config) {
                percent @ ..0 => percent.unsigned_abs().to_string() + "%",
                bytes => bytes.to_string(),
            },
            ParameterKind::Percentiles => {
                let all = config.latency_tracking_info_percentiles.iter();
                let all = all.map(|&one| String::from_utf8_lossy(&format_f64(one)).into_owned());
                all.collect::<Vec<_>>().join(" ")
            }
            ParameterKind::Words(field) => field(config).join(" "),
            ParameterKind::Text { field, .. } | ParameterKind::Secret(field) => {
                field(config).clone()
            }
            ParameterKind::Choice { get, .. } => get(config).into(),
            ParameterKind::Directory => config.dir.clone(),
            ParameterKind::Primary => match &config.replicaof {
                Some((host, port)) => format!("{host} {port}"),
                None => String::new(),
            },
            ParameterKind::Save => {
                let mut text = String::new();
                for point in &config.save {
                    if !text.is_empty() {
                        text.push(' ');
                    }
                    text.push_str(&point.to_string());
                }
                text
            }
            ParameterKind::OutputLimits => {
                let limits = config.client_output_buffer_limit;
                let show = |(limit, name): (&OutputLimit, &str)| {
                    let (hard, soft) = (limit.hard, limit.soft);
                    format!("{name} {hard} {soft} {}", limit.soft_seconds)
                };
                let each: Vec<_> = limits.iter().zip(ClientClass::NAMES).map(show).collect();
                each.join(" ")
            }
            ParameterKind::Events => config.notify_keyspace_events.letters(),
        }
    }

    /// Changes the value. All kinds but [`Parameter::is_multiple`] look at the first of `values`
    /// only.
    ///
    /// # Errors
    /// [`SetError`] with Redis's text; nothing is changed then.
    pub fn set(
        &self,
        config: &mut Config,
        values: &[&[u8]],
        source: Source<'_>,
    ) -> Result<(), SetError> {
        let value = values.first().copied().unwrap_or_default();
        match self.kind {
            ParameterKind::Bool(field) => {
                *field(config) = match c_string(value) {
                    word if word.eq_ignore_ascii_case(b"yes") => true,
                    word if word.eq_ignore_ascii_case(b"no") => false,
                    _ => return Err("argument must be 'yes' or 'no'".into()),
                };
            }
            ParameterKind::Integer { field, min, max } => {
                let number = parse_number(value)?;
                if !(min..=max).contains(&number) {
                    return Err(out_of_bounds(&min.to_string(), &max.to_string()));
                }
                *field(config) = number;
            }
            ParameterKind::Count { field, min, max } => {
                let number = parse_number(value)?;
                match usize::try_from(number) {
                    Ok(count) if (min..=max).contains(&count) => *field(config) = count,
                    _ => return Err(out_of_bounds(&min.to_string(), &max.to_string())),
                }
            }
            ParameterKind::Memory { field, min, max } => {
                let Some(bytes) = parse_memory(value) else {
                    return Err("argument must be a memory value".into());
                };
                if !(min..=max).contains(&bytes) {
                    return Err(out_of_bounds(&min.to_string(), &max.to_string()));
                }
                *field(config) = usize::try_from(bytes).unwrap_or(usize::MAX);
            }
            ParameterKind::MemoryOrPercent(field) => *field(config) = memory_or_percent(value)?,
            ParameterKind::Percentiles => {
                config.latency_tracking_info_percentiles = percentiles(values)?;
            }
            ParameterKind::Text { field, check } => {
                let text = utf8(value)?;
                check(text)?;
                *field(config) = text.into();
            }
            ParameterKind::Words(field) => {
                let words = values.iter().copied().filter(|word| !word.is_empty());
                let words: Result<_, _> = words.map(|word| utf8(word).map(String::from)).collect();
                *field(config) = words?;
            }
            ParameterKind::Secret(field) => {
                let text = std::str::from_utf8(value).map_err(|_| SetError::from(NOT_UTF8))?;
                *field(config) = text.into();
            }
            ParameterKind::Choice { set, word, .. } => {
                if !set(config, c_string(value)) {
                    let mut text = String::from("argument(s) must be one of the following: ");
                    for (at, word) in (0..).map_while(word).enumerate() {
                        text.push_str(if at == 0 { "" } else { ", " });
                        text.push_str(word);
                    }
                    return Err(SetError(text));
                }
            }
            ParameterKind::Directory => {
                let text = utf8(value)?;
                let path = resolve(&config.dir, text);
                let found = match source.disk.metadata(&path) {
                    _ if text.is_empty() => Err(DiskError::NotFound),
                    Ok(found) if !found.is_directory => Err(DiskError::NotDirectory),
                    found => found,
                };
                found.map_err(|error| SetError(error.to_string()))?;
                config.dir = path;
            }
            ParameterKind::Primary => {
                let [host, port] = values else {
                    return Err("wrong number of arguments".into());
                };
                let none = host.eq_ignore_ascii_case(b"no") && port.eq_ignore_ascii_case(b"one");
                config.replicaof = if none {
                    None
                } else {
                    let port = numbers::parse_i64(port).and_then(|it| u16::try_from(it).ok());
                    Some((utf8(host)?.into(), port.ok_or("Invalid master port")?))
                };
            }
            ParameterKind::Save => {
                let none = matches!(values, [b""]);
                let points = if none {
                    Vec::new()
                } else {
                    save_points(values).ok_or("Invalid save parameters")?
                };
                if none || !source.from_file {
                    config.save.clear();
                }
                config.save.extend(points);
            }
            ParameterKind::OutputLimits if matches!(values, [b""]) => {}
            ParameterKind::OutputLimits => {
                config.client_output_buffer_limit =
                    output_limits(config.client_output_buffer_limit, values)?;
            }
            ParameterKind::Events => {
                let unknown = "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.";
                config.notify_keyspace_events =
                    EventClass::parse(c_string(value)).ok_or(unknown)?;
            }
        }
        Ok(())
    }
}

/// What C sees of an argument.
fn c_string(value: &[u8]) -> &[u8] {
    value.split(|&byte| byte == 0).next().unwrap_or_default()
}

const NOT_UTF8: &str = "argument must be valid UTF-8";

fn utf8(value: &[u8]) -> Result<&str, SetError> {
    // The one thing that is stricter than Redis: names of files are text here.
    std::str::from_utf8(c_string(value)).map_err(|_| NOT_UTF8.into())
}

fn memory_or_percent(value: &[u8]) -> Result<i64, SetError> {
    if let Some(bytes) = parse_memory(value) {
        let bytes = i64::try_from(bytes);
        return bytes.map_err(|_| out_of_bounds("-100", &i64::MAX.to_string()));
    }
    let percent = value.strip_suffix(b"%").and_then(numbers::parse_i64);
    match percent.filter(|percent| *percent >= 0) {
        Some(percent @ 0..=100) => Ok(-percent),
        Some(_) => Err("percentage argument must be less or equal to 100".into()),
        None => Err("argument must be a memory or percent value".into()),
    }
}

fn percentiles(values: &[&[u8]]) -> Result<Vec<f64>, SetError> {
    if matches!(values, [b""]) {
        return Ok(Vec::new());
    }
    let each = values.iter().map(|value| {
        let number = numbers::parse_f64(value)
            .ok_or("Invalid latency-tracking-info-percentiles parameters")?;
        if (0.0..=100.0).contains(&number) {
            return Ok(number);
        }
        Err("latency-tracking-info-percentiles parameters should sit between [0.0,100.0]".into())
    });
    each.collect()
}

fn save_points(values: &[&[u8]]) -> Option<Vec<SavePoint>> {
    if !values.len().is_multiple_of(2) {
        return None;
    }
    let pairs = values.chunks_exact(2);
    pairs
        .map(|pair| {
            let (seconds, changes) = (whole(pair[0])?, whole(pair[1])?);
            (seconds >= 1 && changes >= 0).then_some(SavePoint {
                seconds,
                changes: changes.cast_unsigned(),
            })
        })
        .collect()
}

fn output_limits(
    mut limits: [OutputLimit; 3],
    values: &[&[u8]],
) -> Result<[OutputLimit; 3], &'static str> {
    if !values.len().is_multiple_of(4) {
        return Err("Wrong number of arguments in buffer limit configuration.");
    }
    let number = |text: &[u8]| text.first().is_none_or(u8::is_ascii_digit);
    for group in values.chunks_exact(4) {
        let class = ClientClass::named(c_string(group[0]))
            .ok_or("Invalid client class specified in buffer limit configuration.")?;
        let limit = (|| {
            Some(OutputLimit {
                hard: parse_memory(group[1])?,
                soft: parse_memory(group[2])?,
                soft_seconds: whole(group[3])
                    .filter(|seconds| *seconds >= 0 && number(group[3]))?,
            })
        })();
        limits[class as usize] = limit
            .ok_or("Error in hard, soft or soft_seconds setting in buffer limit configuration.")?;
    }
    Ok(limits)
}

/// A number as `strtoll` reads it, that must be all there is; nothing at all is a zero.
fn whole(text: &[u8]) -> Option<i64> {
    match text {
        [] => Some(0),
        [b'+', digits @ ..] if digits.first().is_some_and(u8::is_ascii_digit) => whole(digits),
        _ => std::str::from_utf8(text).ok()?.parse().ok(),
    }
}

fn out_of_bounds(min: &str, max: &str) -> SetError {
    SetError(["argument must be between ", min, " and ", max, " inclusive"].concat())
}

fn parse_number(value: &[u8]) -> Result<i64, SetError> {
    numbers::parse_i64(value).ok_or("argument couldn't be parsed into an integer".into())
}

/// Bytes with an optional unit: `k` 1000, `kb` 1024, likewise `m` and `g`, in any case.
fn parse_memory(value: &[u8]) -> Option<u64> {
    let digits = value
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (number, unit) = value.split_at(digits);
    let factor: u64 = match unit.to_ascii_lowercase().as_slice() {
        b"" | b"b" => 1,
        b"k" => 1000,
        b"kb" => 1 << 10,
        b"m" => 1_000_000,
        b"mb" => 1 << 20,
        b"g" => 1_000_000_000,
        b"gb" => 1 << 30,
        _ => return None,
    };
    // No digits at all are a zero, as C reads them.
    let number: u64 = match number {
        [] => 0,
        digits => std::str::from_utf8(digits).ok()?.parse().ok()?,
    };
    number.checked_mul(factor)
}
