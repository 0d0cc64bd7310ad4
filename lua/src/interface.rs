//! What an engine asks of an interpreter, and what a script asks of its engine.

/// What an interpreter is for: each has globals of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// EVAL and its relatives.
    Scripts,
    /// FUNCTION and FCALL.
    Functions,
}

/// Makes an interpreter; the text of an error says why there is none.
pub type Factory = Box<dyn FnMut(Purpose) -> Result<Box<dyn Interpreter>, String>>;

/// The interpreter can no longer be used and must be dropped. The text says what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken(pub String);

/// One run of a script.
#[derive(Clone, Copy, Debug)]
pub struct Invocation<'a> {
    /// The name that [`Interpreter::compile`] was given, in errors too.
    pub name: &'a [u8],
    /// KEYS.
    pub keys: &'a [&'a [u8]],
    /// ARGV.
    pub arguments: &'a [&'a [u8]],
    /// The protocol of the client, 2 or 3: the reply is written in it.
    pub protocol: u8,
}

/// The names of a function's flags: the bits of [`Registered::flags`], the lowest first.
pub const FLAGS: [&str; 5] = [
    "no-writes",
    "allow-oom",
    "allow-stale",
    "no-cluster",
    "allow-cross-slot-keys",
];

/// Redis says "library names" of functions as well.
pub const WRONG_NAME: &str = "Library names can only contain letters, numbers, or underscores(_) and must be at \
                              least one character long";

/// Whether a library or a function may be called so.
pub fn is_name(name: &[u8]) -> bool {
    let is_fine = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    !name.is_empty() && name.iter().all(is_fine)
}

/// A function that a library has registered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registered {
    /// What FCALL calls it by.
    pub name: Vec<u8>,
    /// What it does, if the library says so.
    pub description: Option<Vec<u8>>,
    /// See [`FLAGS`].
    pub flags: u8,
}

/// Runs scripts.
pub trait Interpreter {
    /// Compiles `body` and keeps it as `name`. The inner error is the compiler's message.
    fn compile(&mut self, name: &[u8], body: &[u8]) -> Result<Result<(), Vec<u8>>, Broken>;

    /// Runs what was compiled, and appends its reply: RESP, errors included.
    fn run(
        &mut self,
        host: &mut dyn ScriptHost,
        invocation: Invocation<'_>,
        reply: &mut Vec<u8>,
    ) -> Result<(), Broken>;

    /// Runs the code of a library, which registers functions, and keeps these as those of `library`. The inner
    /// error says why the library is refused; nothing of it is kept then.
    fn load_library(
        &mut self,
        host: &mut dyn ScriptHost,
        library: u32,
        code: &[u8],
    ) -> Result<Result<Vec<Registered>, Vec<u8>>, Broken>;

    /// Forgets the functions of a library.
    fn unload_library(&mut self, library: u32) -> Result<(), Broken>;

    /// Calls the function `invocation.name` of a library with keys and arguments, and appends its reply.
    fn call_function(
        &mut self,
        host: &mut dyn ScriptHost,
        library: u32,
        invocation: Invocation<'_>,
        reply: &mut Vec<u8>,
    ) -> Result<(), Broken>;

    /// Bytes that the interpreter holds.
    fn used_memory(&mut self) -> usize;
}

/// What a script can reach. Lent for the time of a run.
pub trait ScriptHost {
    /// Runs a command and appends its reply, in `protocol` (2 or 3).
    fn call(&mut self, arguments: &[&[u8]], protocol: u8, reply: &mut Vec<u8>);

    /// An error has become part of the script's reply. It `counts` as one of the server's unless a command
    /// that the script ran has been counted for it.
    fn error_replied(&mut self, error: &[u8], counts: bool);

    /// redis.log, `level` from 0 (debug) to 3 (warning).
    fn log(&mut self, level: u8, message: &[u8]);

    /// redis.set_repl: 1 tells the AOF, 2 the replicas.
    fn set_replication(&mut self, targets: u8);

    /// redis.acl_check_cmd: whether the user may run the command. An error is the script's.
    fn may_run(&mut self, arguments: &[&[u8]]) -> Result<bool, Vec<u8>>;

    /// Called every few thousand instructions. An error ends the script, which cannot catch it.
    fn poll(&mut self) -> Result<(), Vec<u8>>;

    /// The next number of math.random, from 0 to 2^31 - 1: Redis's lrand48.
    fn random(&mut self) -> i32;

    /// math.randomseed
    fn seed_random(&mut self, seed: i32);

    /// Appends a number as Redis prints it: shortest, such as `1e+20`.
    fn format_double(&mut self, value: f64, text: &mut Vec<u8>);
}
