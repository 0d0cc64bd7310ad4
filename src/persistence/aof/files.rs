//! The folder of the log: its manifest, the file that is written to, what is deleted.

use super::{Aof, AofState, Manifest, ManifestError};
use crate::disk::{Disk, DiskError, Ticket, read_all, resolve};
use crate::instance::{Config, Instance, LogLevel};

/// Largest manifest that is read, in bytes.
const MAX_MANIFEST: u64 = 16 * 1024 * 1024;

/// The folder of the log's files.
pub fn folder(config: &Config) -> String {
    resolve(&config.dir, &config.appenddirname)
}

/// The path of a file in it.
pub(super) fn path_of(config: &Config, name: &str) -> String {
    resolve(&folder(config), name)
}

fn manifest_name(config: &Config) -> String {
    [&config.appendfilename, ".manifest"].concat()
}

/// The file that is written to until the first rewrite is done.
fn temp_incr_name(config: &Config) -> String {
    ["temp-", &config.appendfilename, ".incr"].concat()
}

/// Logs `text` as a warning. Answers it, for who has to tell why it failed.
pub(super) fn warn(instance: &mut Instance, text: String) -> String {
    instance.log(LogLevel::Warning, &text);
    text
}

fn manifest_fault(instance: &mut Instance, error: ManifestError) -> String {
    warn(instance, "\n*** FATAL AOF MANIFEST FILE ERROR ***\n".into());
    let mut told = String::new();
    if let Some((number, line)) = error.line {
        told = warn(
            instance,
            format!("Reading the manifest file, at line {number}\n"),
        );
        told += &warn(instance, format!(">>> '{line}'\n"));
    }
    told += &warn(instance, format!("{}\n", error.text));
    let name = manifest_name(&instance.config);
    format!("{name}: {}", told.trim_end().replace('\n', " "))
}

impl Aof {
    /// Reads the manifest, if there is one.
    ///
    /// # Errors
    /// When it cannot be read or understood; the text is logged.
    pub fn load_manifest(&mut self, instance: &mut Instance) -> Result<(), String> {
        self.manifest = Manifest::default();
        let name = manifest_name(&instance.config);
        let path = path_of(&instance.config, &name);
        match read_all(&instance.disk, &path, MAX_MANIFEST) {
            Ok(bytes) => match Manifest::parse(&bytes) {
                Ok(manifest) => self.manifest = manifest,
                Err(error) => return Err(manifest_fault(instance, error)),
            },
            Err(DiskError::NotFound) => {
                let text = match instance.disk.metadata(&folder(&instance.config)) {
                    Ok(_) => format!("The AOF manifest file {name} doesn't exist"),
                    Err(_) => format!(
                        "The AOF directory {} doesn't exist",
                        instance.config.appenddirname
                    ),
                };
                instance.log(LogLevel::Debug, text);
            }
            Err(error) => {
                let text = format!(
                    "Fatal error: can't open the AOF manifest file {name} for reading: {error}"
                );
                return Err(warn(instance, text));
            }
        }
        Ok(())
    }

    /// Takes the single file of a Redis before 7 into the folder, if there is one and nothing
    /// newer.
    ///
    /// # Errors
    /// When the disk refuses; the text is logged.
    pub fn upgrade(&mut self, instance: &mut Instance) -> Result<(), String> {
        let name = instance.config.appendfilename.clone();
        let single = resolve(&instance.config.dir, &name);
        if !is_file(instance, &single) {
            return Ok(());
        }
        let target = path_of(&instance.config, &name);
        // A move that a crash came between is done again.
        let begun = self.manifest.incr.is_empty()
            && self
                .manifest
                .base
                .as_ref()
                .is_some_and(|base| base.name == name)
            && !is_file(instance, &target);
        if !self.manifest.is_empty() && !begun {
            return Ok(());
        }
        self.make_folder(instance)?;
        let mut manifest = self.manifest.clone();
        manifest.adopt(&name);
        self.persist(instance, manifest)?;
        let folder = instance.config.appenddirname.clone();
        if let Err(error) = instance.disk.rename(&single, &target) {
            let text =
                format!("Error trying to move the old AOF file {name} into dir {folder}: {error}");
            return Err(warn(instance, text));
        }
        instance.disk.sync(&target);
        let text = format!(
            "Successfully migrated an old-style AOF file ({name}) into the AOF directory ({folder})."
        );
        instance.log(LogLevel::Notice, text);
        Ok(())
    }

    /// Makes the folder unless it is there.
    pub(super) fn make_folder(&self, instance: &mut Instance) -> Result<(), String> {
        let path = folder(&instance.config);
        match instance.disk.metadata(&path) {
            Ok(found) if found.is_directory => return Ok(()),
            _ => {}
        }
        match instance.disk.create_directory(&path) {
            Ok(()) => Ok(()),
            Err(error) => {
                let name = &instance.config.appenddirname;
                let text = format!("Can't open or create append-only dir {name}: {error}");
                Err(warn(instance, text))
            }
        }
    }

    /// Puts `manifest` into force: written whole under another name, then renamed. Answers the
    /// sync that makes it durable.
    pub(super) fn persist(
        &mut self,
        instance: &mut Instance,
        mut manifest: Manifest,
    ) -> Result<Option<Ticket>, String> {
        if !manifest.changed {
            return Ok(None);
        }
        let name = manifest_name(&instance.config);
        let path = path_of(&instance.config, &name);
        let temp_name = ["temp-", &name].concat();
        let temp = path_of(&instance.config, &temp_name);
        let disk = &mut instance.disk;
        if let Err(error) = disk.create(&temp) {
            let text = format!("Can't open the AOF manifest file {temp_name}: {error}");
            return Err(warn(instance, text));
        }
        if let Err(error) = disk.append(&temp, &manifest.to_bytes()) {
            let text = format!(
                "Error trying to write the temporary AOF manifest file {temp_name}: {error}"
            );
            return Err(warn(instance, text));
        }
        disk.sync(&temp);
        if let Err(error) = disk.rename(&temp, &path) {
            let text = format!(
                "Error trying to rename the temporary AOF manifest file {temp_name} into {name}: {error}"
            );
            return Err(warn(instance, text));
        }
        let ticket = disk.sync(&path);
        manifest.changed = false;
        self.manifest = manifest;
        Ok(Some(ticket))
    }

    /// Opens the log to be written to, at the start of a server that has loaded it. `base` makes
    /// the first base file's bytes, where there is no log yet.
    ///
    /// # Errors
    /// When the disk refuses; the text is logged.
    pub fn open(
        &mut self,
        instance: &mut Instance,
        base: impl FnOnce(&Instance) -> Vec<u8>,
    ) -> Result<(), String> {
        self.make_folder(instance)?;
        let file_name = instance.config.appendfilename.clone();
        let mut manifest = self.manifest.clone();
        if manifest.is_empty() {
            let is_rdb = instance.config.aof_use_rdb_preamble;
            let name = manifest.next_base(&file_name, is_rdb);
            let bytes = base(instance);
            let path = path_of(&instance.config, &name);
            if let Err(error) = write_file(instance, &path, &bytes) {
                let text = format!("Can't open the append-only file {name}: {error}");
                return Err(warn(instance, text));
            }
            self.base_size = bytes.len() as u64;
            self.size = self.base_size;
            let text = format!("Creating AOF base file {name} on server start");
            instance.log(LogLevel::Notice, text);
        }
        let (name, verb) = match manifest.incr.last() {
            Some(last) => (last.name.clone(), "Opening"),
            None => (manifest.next_incr(&file_name), "Creating"),
        };
        let path = path_of(&instance.config, &name);
        let opened = match instance.disk.metadata(&path) {
            Ok(found) => Ok(found.len),
            Err(DiskError::NotFound) => instance.disk.create(&path).map(|()| 0),
            Err(error) => Err(error),
        };
        match opened {
            Ok(len) => {
                self.write_to(path, len);
                // A process that was killed may have left it in the page cache, and nothing may
                // be told of it before it is durable.
                if len > 0 {
                    self.begin_sync(instance);
                }
            }
            Err(error) => {
                let text = format!("Can't open the append-only file {name}: {error}");
                return Err(warn(instance, text));
            }
        }
        self.persist(instance, manifest)?;
        let text = format!("{verb} AOF incr file {name} on server start");
        instance.log(LogLevel::Notice, text);
        self.state = AofState::On;
        Ok(())
    }

    /// Has everything from here on written to the file `path`, of which `len` bytes are there.
    pub(super) fn write_to(&mut self, path: String, len: u64) {
        self.incr = Some(path);
        self.incr_size = len;
        self.selected = None;
        self.syncs.new_file(len);
    }

    /// Opens a new file to write to, as every rewrite begins. The old one is synced.
    pub(super) fn open_next(&mut self, instance: &mut Instance) -> Result<(), String> {
        if self.state == AofState::Off {
            return Ok(());
        }
        let mut manifest = self.manifest.clone();
        let name = match self.state {
            AofState::WaitRewrite => temp_incr_name(&instance.config),
            _ => manifest.next_incr(&instance.config.appendfilename),
        };
        let path = path_of(&instance.config, &name);
        if let Err(error) = instance.disk.create(&path) {
            let text = format!("Can't open the append-only file {name}: {error}");
            return Err(warn(instance, text));
        }
        // First the old file: only the last one that the manifest names may lack its end.
        self.begin_sync(instance);
        if self.state == AofState::On {
            self.persist(instance, manifest)?;
        }
        let text = format!("Creating AOF incr file {name} on background rewrite");
        instance.log(LogLevel::Notice, text);
        self.write_to(path, 0);
        Ok(())
    }

    /// Gives the temporary file its number and place in `manifest`. Answers its new path.
    pub(super) fn name_incr(
        &mut self,
        instance: &mut Instance,
        manifest: &mut Manifest,
    ) -> Result<String, String> {
        let temp = temp_incr_name(&instance.config);
        let name = manifest.next_incr(&instance.config.appendfilename);
        let path = path_of(&instance.config, &name);
        let from = path_of(&instance.config, &temp);
        if let Err(error) = instance.disk.rename(&from, &path) {
            let text = format!(
                "Error trying to rename the temporary AOF incr file {temp} into {name}: {error}"
            );
            return Err(warn(instance, text));
        }
        let text = format!("Successfully renamed the temporary AOF incr file {temp} into {name}");
        instance.log(LogLevel::Notice, text);
        Ok(path)
    }

    /// Removes what a first rewrite that failed had logged.
    pub(super) fn remove_temp_incr(&mut self, instance: &mut Instance) {
        self.buffer.clear();
        self.incr = None;
        let name = temp_incr_name(&instance.config);
        let path = path_of(&instance.config, &name);
        if instance.disk.remove(&path).is_ok() {
            let text = format!("Removing the temp incr aof file {name} in the background");
            instance.log(LogLevel::Notice, text);
        }
    }

    /// Deletes the files that a rewrite has made needless. What cannot be deleted is only waste.
    pub fn delete_history(&mut self, instance: &mut Instance) {
        let mut manifest = self.manifest.clone();
        let names = manifest.take_history();
        for name in &names {
            let text = format!("Removing the history file {name} in the background");
            instance.log(LogLevel::Notice, text);
            let path = path_of(&instance.config, name);
            // It may have been deleted before a crash kept the manifest from saying so.
            let _ = instance.disk.remove(&path);
        }
        // Logged if it fails; the files are named in the old manifest then, and looked for again.
        let _ = self.persist(instance, manifest);
    }
}

fn is_file(instance: &Instance, path: &str) -> bool {
    matches!(instance.disk.metadata(path), Ok(found) if !found.is_directory)
}

/// Writes and syncs a whole file.
pub(super) fn write_file(
    instance: &mut Instance,
    path: &str,
    bytes: &[u8],
) -> Result<(), DiskError> {
    let disk = &mut instance.disk;
    disk.create(path)?;
    disk.append(path, bytes)?;
    disk.sync(path);
    Ok(())
}
