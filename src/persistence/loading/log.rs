//! Commands of the log on their way through dispatch.

use super::{Current, Loader, PIECE, Reading, Target, complain};
use crate::disk::Disk;
use crate::instance::{Instance, LogLevel};
use crate::persistence::aof::{Fault, Next};

impl Loader {
    /// Runs commands until `items` are spent, the file is over, or a piece of it is.
    pub(super) fn read_log(
        &mut self,
        current: &mut Current,
        items: &mut usize,
        target: &mut Target<'_>,
    ) -> Result<bool, String> {
        let Reading::Log(reader) = &mut current.reading else {
            return Ok(true);
        };
        while *items > 0 {
            match reader.next_command() {
                Ok(Next::Command(args)) => {
                    *items -= 1;
                    self.progress.items += 1;
                    if !(self.replay)(target, &mut self.client, &mut self.reply, args) {
                        let name = String::from_utf8_lossy(args.at(0)).into_owned();
                        return Err(self.unknown(&name, current, target.instance));
                    }
                    complain_of_errors(self.reply.as_bytes(), args.at(0), target.instance);
                    if let Some(why) = target.instance.functions.take_unavailable() {
                        // Rather nothing than data that has lost its functions.
                        let name = &current.source.name;
                        let offset = current.good;
                        let text = format!(
                            "The append only file {name} holds functions behind offset {offset}: {why}"
                        );
                        return Err(complain(target.instance, text));
                    }
                    self.reply.clear();
                    if self.client.transaction.is_none() {
                        current.good = reader.offset();
                    }
                }
                Ok(Next::More) => {
                    let (from, len) = reader.wants(PIECE);
                    let path = &current.source.path;
                    let disk = &target.instance.disk;
                    let read = reader.feed(|buffer| disk.read(path, from, len, buffer));
                    return match read {
                        Ok(0) => self.cut_off(current, target.instance),
                        Ok(_) => Ok(true),
                        Err(error) => Err(current.unreadable(&error, target.instance)),
                    };
                }
                Ok(Next::End) if self.client.transaction.is_some() => {
                    let name = &current.source.name;
                    let text =
                        format!("Revert incomplete MULTI/EXEC transaction in AOF file {name}");
                    target.instance.log(LogLevel::Warning, text);
                    return self.cut_off(current, target.instance);
                }
                Ok(Next::End) => return Ok(false),
                Err(Fault::Truncated) => return self.cut_off(current, target.instance),
                Err(Fault::Format(expected)) => {
                    let offset = reader.offset();
                    return Err(misformed(current, offset, expected, target.instance));
                }
            }
        }
        Ok(true)
    }

    fn unknown(&self, command: &str, current: &Current, instance: &mut Instance) -> String {
        let name = &current.source.name;
        let text = format!("Unknown command '{command}' reading the append only file {name}");
        let offset = current.good;
        format!("{} (behind offset {offset})", complain(instance, text))
    }

    /// The file ends too early: cut off what is not whole, where that is allowed.
    fn cut_off(&mut self, current: &mut Current, instance: &mut Instance) -> Result<bool, String> {
        let name = &current.source.name;
        let good = current.good;
        self.client.transaction = None;
        if !instance.config.aof_load_truncated {
            let text = format!(
                "Unexpected end of file reading the append only file {name}. You can: 1) Make a backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>. 2) Alternatively you can set the 'aof-load-truncated' configuration option to yes and restart the server."
            );
            let text = complain(instance, text);
            return Err(format!(
                "{text} (The last whole command ends at offset {good}.)"
            ));
        }
        if !current.is_last {
            let text = "Fatal error: the truncated file is not the last file".to_string();
            let text = complain(instance, text);
            return Err(format!(
                "{text}: {name} ends in the middle of a command behind offset {good}"
            ));
        }
        let warn = LogLevel::Warning;
        let line = format!("!!! Warning: short read while loading the AOF file {name}!!!");
        instance.log(warn, line);
        let line = format!("!!! Truncating the AOF {name} at offset {good} !!!");
        instance.log(warn, line);
        if let Err(error) = instance.disk.truncate(&current.source.path, good) {
            let text = format!("Error truncating the AOF file {name}: {error}");
            return Err(complain(instance, text));
        }
        let line = format!("AOF {name} loaded anyway because aof-load-truncated is enabled");
        instance.log(warn, line);
        self.progress.total = (self.progress.total + good).saturating_sub(current.source.size);
        Ok(false)
    }
}

fn misformed(current: &Current, offset: u64, expected: &str, instance: &mut Instance) -> String {
    let name = &current.source.name;
    let text = format!(
        "Bad file format reading the append only file {name}: make a backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>"
    );
    let text = complain(instance, text);
    format!("{text} ({name}: in the command at offset {offset}, expected {expected})")
}

/// A command of the log should not fail: the data may differ from what it was.
fn complain_of_errors(reply: &[u8], command: &[u8], instance: &mut Instance) {
    let within = command.eq_ignore_ascii_case(b"exec") && reply.starts_with(b"*");
    if !within && !reply.starts_with(b"-") {
        return;
    }
    // An array begins with its header, so an error within one stands behind a line end.
    let mut lines = reply.split(|&byte| byte == b'\n');
    let Some(error) = lines.find(|line| line.starts_with(b"-")) else {
        return;
    };
    let error = String::from_utf8_lossy(error);
    let command = String::from_utf8_lossy(command).to_ascii_lowercase();
    let text = format!(
        "== CRITICAL == This server is sending an error to its AOF-loading-client: '{}' after processing the command '{command}'",
        error.trim_end()
    );
    instance.log(LogLevel::Warning, text);
}
