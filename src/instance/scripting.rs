//! Lua: who makes interpreters, the one for EVAL, the scripts that are known, and the one that runs.

use crate::resp::OwnedArgs;
use crate::types::dict::{Dict, Entry};
use bitflags::bitflags;
use resplay_lua::{Factory, Interpreter, Purpose};

bitflags! {
    /// What a script says of itself in its first line.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct ScriptFlags: u8 {
        /// It only reads.
        const NO_WRITES = 1 << 0;
        /// It may run beyond maxmemory.
        const ALLOW_OOM = 1 << 1;
        /// It may run on a replica whose link is down.
        const ALLOW_STALE = 1 << 2;
        /// Not in a cluster.
        const NO_CLUSTER = 1 << 3;
        /// Keys of any slot.
        const ALLOW_CROSS_SLOT_KEYS = 1 << 4;
        /// It says nothing, and each command is looked at when it comes.
        const COMPATIBLE = 1 << 5;
    }
}

impl ScriptFlags {
    /// The flag of this name.
    pub fn named(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"no-writes" => Self::NO_WRITES,
            b"allow-oom" => Self::ALLOW_OOM,
            b"allow-stale" => Self::ALLOW_STALE,
            b"no-cluster" => Self::NO_CLUSTER,
            b"allow-cross-slot-keys" => Self::ALLOW_CROSS_SLOT_KEYS,
            _ => return None,
        })
    }
}

/// A script that EVAL has run or SCRIPT LOAD has loaded.
pub struct Script {
    /// Its SHA-1 in hexadecimal digits.
    pub sha: [u8; 40],
    /// Its source.
    pub body: Box<[u8]>,
    /// What it says of itself.
    pub flags: ScriptFlags,
    /// The interpreter that has compiled it, by number.
    pub compiled_by: u64,
}

impl Entry for Script {
    fn key(&self) -> &[u8] {
        &self.sha
    }
}

/// The script or function that runs.
pub struct Running {
    /// What errors and the log call it.
    pub name: Vec<u8>,
    /// Whether EVAL runs it, and not FCALL.
    pub is_eval: bool,
    /// Whether it may not write.
    pub read_only: bool,
    /// Whether it may run commands that take memory though there is none.
    pub allow_oom: bool,
    /// Whether a command that may write has run: from then on it cannot be killed.
    pub wrote: bool,
    /// Whether it takes longer than busy-reply-threshold.
    pub timed_out: bool,
    /// SCRIPT KILL or FUNCTION KILL.
    pub killed: bool,
    /// The stopwatch when it started, in microseconds.
    pub started: i64,
    /// How often it was asked whether it is to go on.
    pub polls: i64,
    /// The command that runs it, for those who are served meanwhile.
    pub command: OwnedArgs,
}

impl Running {
    /// Milliseconds that it has run by the stopwatch.
    pub fn elapsed(&self, stopwatch: Option<fn() -> i64>) -> i64 {
        match stopwatch {
            Some(stopwatch) => stopwatch().saturating_sub(self.started) / 1000,
            // Nobody measures; this often it is asked in about a millisecond.
            None => self.polls,
        }
    }
}

/// How a host serves other clients while a script takes longer than busy-reply-threshold: it is called
/// every millisecond or so and takes up what has come on its sockets, without waiting.
pub type ScriptPoll = Box<dyn FnMut(&mut dyn BusyServer)>;

/// A server whose script takes long, as [`ScriptPoll`] sees it. All clients but the one that runs the
/// script can be served; most commands are answered -BUSY.
pub trait BusyServer {
    /// Takes bytes that a client has sent. False if it is the one whose script runs: keep the bytes.
    fn receive(&mut self, client: u64, bytes: &[u8]) -> bool;

    /// What a client is to be sent.
    fn take_output(&mut self, client: u64) -> Vec<u8>;

    /// Accepts a connection from `addr` and answers its number.
    fn connect(&mut self, addr: &str) -> u64;

    /// Forgets a client whose connection is gone; the one whose script runs stays.
    fn disconnect(&mut self, client: u64);

    /// Whether the connection is to be closed once its output has been sent.
    fn is_closing(&self, client: u64) -> bool;
}

/// What a server knows of scripts.
pub struct Scripting {
    factory: Option<Factory>,
    interpreter: Option<Box<dyn Interpreter>>,
    /// Number of the interpreter, so that it is known which scripts it has compiled.
    pub generation: u64,
    /// The scripts.
    pub scripts: Dict<Script>,
    /// Bytes of the scripts.
    pub bytes: usize,
    /// What the interpreter held when it last ran, in bytes.
    pub interpreter_memory: usize,
    /// math.random's state: 48 bits.
    pub random: u64,
    /// What runs.
    pub running: Option<Running>,
    /// Whether the command being run found no memory left.
    pub out_of_memory: bool,
    /// Whether scripts may call what is not for scripts (DEBUG SET-DISABLE-DENY-SCRIPTS).
    pub allows_all: bool,
    /// How the host serves others meanwhile, if it can.
    pub poll: Option<ScriptPoll>,
}

impl Default for Scripting {
    fn default() -> Self {
        Self::new()
    }
}

impl Scripting {
    /// With the interpreter that is linked, if one is.
    pub fn new() -> Self {
        Scripting {
            factory: None,
            interpreter: None,
            generation: 0,
            scripts: Dict::new(0),
            bytes: 0,
            interpreter_memory: 0,
            // What POSIX starts with when nothing was seeded.
            random: 0x1234_ABCD_330E,
            running: None,
            out_of_memory: false,
            allows_all: false,
            poll: None,
        }
    }

    /// Changes who makes interpreters.
    pub fn set_factory(&mut self, factory: Factory) {
        self.factory = Some(factory);
        self.interpreter = None;
    }

    /// An interpreter of its own.
    ///
    /// # Errors
    /// Why there is none; the text is to follow `ERR `.
    pub fn make(&mut self, purpose: Purpose) -> Result<Box<dyn Interpreter>, String> {
        if self.factory.is_none() {
            self.factory = resplay_lua::linked();
        }
        let made = match &mut self.factory {
            Some(factory) => factory(purpose),
            None => Err("this build has no interpreter".to_owned()),
        };
        made.map_err(|why| ["scripting could not be loaded: ", &why].concat())
    }

    /// Takes the interpreter of EVAL, which is made if there is none; [`Scripting::put_back`] it unless
    /// it is broken.
    ///
    /// # Errors
    /// As [`Scripting::make`].
    pub fn take(&mut self) -> Result<Box<dyn Interpreter>, String> {
        match self.interpreter.take() {
            Some(interpreter) => Ok(interpreter),
            None => {
                self.generation += 1;
                self.make(Purpose::Scripts)
            }
        }
    }

    /// Keeps the interpreter of EVAL.
    pub fn put_back(&mut self, mut interpreter: Box<dyn Interpreter>) {
        self.interpreter_memory = interpreter.used_memory();
        self.interpreter = Some(interpreter);
    }

    /// SCRIPT FLUSH
    pub fn flush(&mut self) {
        self.scripts = Dict::new(0);
        self.bytes = 0;
        self.interpreter = None;
        self.interpreter_memory = 0;
    }

    /// The next number of math.random: lrand48.
    pub fn draw(&mut self) -> i32 {
        let next = self.random.wrapping_mul(0x5_DEEC_E66D).wrapping_add(0xB);
        self.random = next & ((1 << 48) - 1);
        // 31 bits are left.
        (self.random >> 17) as i32
    }

    /// math.randomseed: srand48.
    pub fn seed(&mut self, seed: i32) {
        self.random = u64::from(seed.cast_unsigned()) << 16 | 0x330E;
    }
}
