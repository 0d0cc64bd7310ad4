//! Libraries of functions: FUNCTION LOAD's, which FCALL calls.
//!
//! Their code and what they have registered is kept here; the interpreter has them compiled. An interpreter
//! that breaks is dropped with all it holds, and the next one is given the code again.

mod header;
mod loading;

use crate::map::SortedMap;
use header::{Header, split_header};
pub use loading::{LoadTime, broken};
use resplay_lua::{Interpreter, Registered};

/// What Redis's structures take for a function and a library, in bytes; INFO tells of it.
const FUNCTION_OVERHEAD: usize = 128;
const LIBRARY_OVERHEAD: usize = 160;

/// What they take when there is no library.
const EMPTY_OVERHEAD: usize = 184;

/// A library.
#[derive(Clone, Debug)]
pub struct Library {
    /// What the interpreter knows it by.
    id: u32,
    /// All of it, the header included.
    pub code: Vec<u8>,
    /// What it has registered, by name.
    pub functions: Vec<Registered>,
}

/// Libraries whose functions have different names.
#[derive(Clone, Debug, Default)]
pub struct Libraries {
    libraries: SortedMap<Vec<u8>, Library>,
    /// By their names in small letters: the library of each function, and where it stands there.
    functions: SortedMap<Vec<u8>, (Vec<u8>, usize)>,
}

impl Libraries {
    /// Number of libraries.
    pub fn len(&self) -> usize {
        self.libraries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.libraries.is_empty()
    }

    /// Number of functions.
    pub fn function_count(&self) -> usize {
        self.libraries
            .iter()
            .map(|(_, library)| library.functions.len())
            .sum()
    }

    /// The libraries by name.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &Library)> {
        self.libraries
            .iter()
            .map(|(name, library)| (name.as_slice(), library))
    }

    /// A function, whatever the case of the letters. O(log n).
    pub fn find(&self, name: &[u8]) -> Option<&Registered> {
        self.place(name).map(|(_, function)| function)
    }

    fn place(&self, name: &[u8]) -> Option<(u32, &Registered)> {
        let (library, at) = self.functions.get(name.to_ascii_lowercase().as_slice())?;
        let library = self.libraries.get(library.as_slice())?;
        Some((library.id, library.functions.get(*at)?))
    }

    /// The error that a function of `library` has a name which is taken.
    fn check(&self, library: &Library) -> Result<(), Vec<u8>> {
        match library
            .functions
            .iter()
            .find(|function| self.find(&function.name).is_some())
        {
            Some(taken) => Err([b"Function ", &*taken.name, b" already exists"].concat()),
            None => Ok(()),
        }
    }

    /// Takes over all libraries of `others`; one that is there already is replaced, or an error. Answers those
    /// that were replaced.
    fn join(&mut self, others: Libraries, replace: bool) -> Result<Vec<Library>, Vec<u8>> {
        let mut joined = self.clone();
        let mut replaced = Vec::new();
        for name in others.libraries.keys() {
            if !replace && self.libraries.contains_key(name.as_slice()) {
                return Err([b"Library ", &**name, b" already exists"].concat());
            }
            replaced.extend(joined.unlink(name));
        }
        for library in others.libraries.values() {
            joined.check(library)?;
        }
        for (name, library) in others.libraries.iter() {
            joined.link(name.clone(), library.clone());
        }
        *self = joined;
        Ok(replaced)
    }

    fn link(&mut self, name: Vec<u8>, library: Library) {
        for (at, function) in library.functions.iter().enumerate() {
            let key = function.name.to_ascii_lowercase();
            // Of two that differ in the case of letters alone the first is called.
            if self.functions.get(key.as_slice()).is_none() {
                self.functions.insert(key, (name.clone(), at));
            }
        }
        self.libraries.insert(name, library);
    }

    fn unlink(&mut self, name: &[u8]) -> Option<Library> {
        let library = self.libraries.remove(name)?;
        for function in &library.functions {
            self.functions
                .remove(function.name.to_ascii_lowercase().as_slice());
        }
        Some(library)
    }

    /// Bytes that they take, names, code and an estimate for the rest.
    fn overhead(&self) -> usize {
        let of_function = |function: &Registered| {
            let description = function.description.as_ref().map_or(0, Vec::len);
            FUNCTION_OVERHEAD + function.name.len() + description
        };
        let of_library = |(name, library): (&[u8], &Library)| {
            let functions: usize = library.functions.iter().map(of_function).sum();
            LIBRARY_OVERHEAD + name.len() + library.code.len() + functions
        };
        self.iter().map(of_library).sum()
    }
}

/// What a server knows of functions.
#[derive(Default)]
pub struct Functions {
    libraries: Libraries,
    /// Why there was no interpreter when one was needed.
    unavailable: Option<String>,
    /// Made when it is first needed, and has all libraries compiled then.
    interpreter: Option<Box<dyn Interpreter>>,
    interpreter_memory: usize,
    last_id: u32,
}

/// What FUNCTION RESTORE does about libraries that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestorePolicy {
    /// They go.
    Flush,
    /// They stay; one of the same name is an error.
    Append,
    /// They stay, but for those of the same name.
    Replace,
}

impl Functions {
    /// The libraries.
    pub fn libraries(&self) -> &Libraries {
        &self.libraries
    }

    /// Why there was no interpreter, if since the last call one was needed and not to be had.
    pub fn take_unavailable(&mut self) -> Option<String> {
        self.unavailable.take()
    }

    /// Forgets all libraries.
    pub fn clear(&mut self) {
        self.libraries = Libraries::default();
        self.interpreter = None;
    }

    /// Forgets a library. False if there is none of that name.
    pub fn delete(&mut self, name: &[u8]) -> bool {
        match self.libraries.unlink(name) {
            Some(library) => {
                self.unload(&[library]);
                true
            }
            None => false,
        }
    }

    /// Has the interpreter forget libraries. One that cannot is broken.
    fn unload(&mut self, libraries: &[Library]) {
        if let Some(interpreter) = &mut self.interpreter {
            let mut unload = |library: &Library| interpreter.unload_library(library.id).is_ok();
            if !libraries.iter().all(&mut unload) {
                self.interpreter = None;
            }
        }
    }

    /// Bytes that the interpreter held when it last ran.
    pub fn interpreter_memory(&self) -> usize {
        match self.interpreter {
            Some(_) => self.interpreter_memory,
            None => 0,
        }
    }

    /// Bytes of names, code and what else is kept of them besides, about.
    pub fn overhead(&self) -> usize {
        EMPTY_OVERHEAD + self.libraries.overhead()
    }
}
