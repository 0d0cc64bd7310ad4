//! An interpreter elsewhere: calls as messages, both ways.
//!
//! A message is a byte that says what it is, and its fields: numbers in little-endian order, bytes and
//! lists behind their length as four bytes. Both ends are of one build, so nothing is versioned; what is
//! cut off is read as empty.

use crate::interface::{Broken, Factory, Interpreter, Invocation, Purpose, Registered, ScriptHost};

// What the engine asks for.
const NEW: u8 = 0;
const COMPILE: u8 = 1;
const RUN: u8 = 2;
const LOAD_LIBRARY: u8 = 3;
const UNLOAD_LIBRARY: u8 = 4;
const CALL_FUNCTION: u8 = 5;
const USED_MEMORY: u8 = 6;

// What a script asks for.
const CALL: u8 = 0;
const ERROR_REPLIED: u8 = 1;
const LOG: u8 = 2;
const SET_REPLICATION: u8 = 3;
const MAY_RUN: u8 = 4;
const POLL: u8 = 5;
const RANDOM: u8 = 6;
const SEED_RANDOM: u8 = 7;
const FORMAT_DOUBLE: u8 = 8;

// How an answer begins.
const DONE: u8 = 0;
const REFUSED: u8 = 1;
const BROKEN: u8 = 2;

/// Writes a message.
struct Message(Vec<u8>);

impl Message {
    fn new(kind: u8) -> Self {
        Message(vec![kind])
    }

    fn byte(mut self, byte: u8) -> Self {
        self.0.push(byte);
        self
    }

    fn number(mut self, number: u32) -> Self {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        // No field is that long; one that were is empty at the other end.
        let length = u32::try_from(bytes.len()).unwrap_or(0);
        self = self.number(length);
        self.0
            .extend_from_slice(bytes.get(..length as usize).unwrap_or_default());
        self
    }

    fn list(mut self, list: &[&[u8]]) -> Self {
        self = self.number(u32::try_from(list.len()).unwrap_or(0));
        for item in list {
            self = self.bytes(item);
        }
        self
    }
}

/// Reads a message.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at_checked(count).unwrap_or_default();
        self.0 = rest;
        taken
    }

    fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    fn number(&mut self) -> u32 {
        u32::from_le_bytes(self.take(4).try_into().unwrap_or_default())
    }

    fn bytes(&mut self) -> &'a [u8] {
        let length = self.number() as usize;
        self.take(length)
    }

    fn list(&mut self) -> Vec<&'a [u8]> {
        let count = self.number() as usize;
        // Each takes four bytes at least.
        (0..count.min(self.0.len() / 4))
            .map(|_| self.bytes())
            .collect()
    }
}

/// Carries a message to an interpreter and its answer back. Meanwhile the interpreter asks; `answer`
/// answers that.
pub trait Transport {
    /// # Errors
    /// The interpreter has failed and must not be asked again.
    fn exchange(
        &mut self,
        request: &[u8],
        answer: &mut dyn FnMut(&[u8]) -> Vec<u8>,
    ) -> Result<Vec<u8>, String>;
}

/// A factory of interpreters, each at the other end of a transport of its own.
pub fn factory<T: Transport + 'static>(
    mut connect: impl FnMut() -> Result<T, String> + 'static,
) -> Factory {
    Box::new(move |purpose| {
        let mut remote = Remote(connect()?);
        let purpose = match purpose {
            Purpose::Scripts => 0,
            Purpose::Functions => 1,
        };
        let made = remote.ask(Message::new(NEW).byte(purpose), None);
        match made.map_err(|Broken(why)| why)?.as_slice() {
            [DONE, ..] => Ok(Box::new(remote) as Box<dyn Interpreter>),
            answer => Err(text(Fields(answer.get(1..).unwrap_or_default()).bytes())),
        }
    })
}

/// An interpreter at the other end.
struct Remote<T>(T);

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl<T: Transport> Remote<T> {
    fn ask(
        &mut self,
        message: Message,
        host: Option<&mut dyn ScriptHost>,
    ) -> Result<Vec<u8>, Broken> {
        let answer = match host {
            Some(host) => self
                .0
                .exchange(&message.0, &mut |question| answer(host, question)),
            None => self.0.exchange(&message.0, &mut |_| Vec::new()),
        };
        let answer = answer.map_err(Broken)?;
        match answer.split_first() {
            Some((&BROKEN, rest)) => Err(Broken(text(Fields(rest).bytes()))),
            Some(_) => Ok(answer),
            None => Err(Broken("the interpreter does not answer".to_owned())),
        }
    }

    fn reply(
        &mut self,
        message: Message,
        host: &mut dyn ScriptHost,
        reply: &mut Vec<u8>,
    ) -> Result<(), Broken> {
        let answer = self.ask(message, Some(host))?;
        reply.extend_from_slice(Fields(answer.get(1..).unwrap_or_default()).bytes());
        Ok(())
    }
}

/// Answers what a script asks.
fn answer(host: &mut dyn ScriptHost, question: &[u8]) -> Vec<u8> {
    let mut fields = Fields(question);
    match fields.byte() {
        CALL => {
            let protocol = fields.byte();
            let mut reply = Vec::new();
            host.call(&fields.list(), protocol, &mut reply);
            return reply;
        }
        ERROR_REPLIED => {
            let counts = fields.byte() != 0;
            host.error_replied(fields.bytes(), counts);
        }
        LOG => {
            let level = fields.byte();
            host.log(level, fields.bytes());
        }
        SET_REPLICATION => host.set_replication(fields.byte()),
        MAY_RUN => {
            return match host.may_run(&fields.list()) {
                Ok(allowed) => vec![DONE, allowed.into()],
                Err(why) => Message::new(REFUSED).bytes(&why).0,
            };
        }
        POLL => {
            if let Err(why) = host.poll() {
                return Message::new(REFUSED).bytes(&why).0;
            }
        }
        RANDOM => return host.random().to_le_bytes().to_vec(),
        SEED_RANDOM => host.seed_random(fields.number().cast_signed()),
        FORMAT_DOUBLE => {
            let value = f64::from_le_bytes(fields.take(8).try_into().unwrap_or_default());
            let mut text = Vec::new();
            host.format_double(value, &mut text);
            return text;
        }
        _ => {}
    }
    Vec::new()
}

fn run_message(kind: u8, library: u32, invocation: &Invocation<'_>) -> Message {
    Message::new(kind)
        .number(library)
        .byte(invocation.protocol)
        .bytes(invocation.name)
        .list(invocation.keys)
        .list(invocation.arguments)
}

impl<T: Transport> Interpreter for Remote<T> {
    fn compile(&mut self, name: &[u8], body: &[u8]) -> Result<Result<(), Vec<u8>>, Broken> {
        let answer = self.ask(Message::new(COMPILE).bytes(name).bytes(body), None)?;
        let mut fields = Fields(&answer);
        Ok(match fields.byte() {
            DONE => Ok(()),
            _ => Err(fields.bytes().to_vec()),
        })
    }

    fn run(
        &mut self,
        host: &mut dyn ScriptHost,
        invocation: Invocation<'_>,
        reply: &mut Vec<u8>,
    ) -> Result<(), Broken> {
        self.reply(run_message(RUN, 0, &invocation), host, reply)
    }

    fn load_library(
        &mut self,
        host: &mut dyn ScriptHost,
        library: u32,
        code: &[u8],
    ) -> Result<Result<Vec<Registered>, Vec<u8>>, Broken> {
        let message = Message::new(LOAD_LIBRARY).number(library).bytes(code);
        let answer = self.ask(message, Some(host))?;
        let mut fields = Fields(&answer);
        if fields.byte() != DONE {
            return Ok(Err(fields.bytes().to_vec()));
        }
        let count = fields.number() as usize;
        let registered = (0..count.min(fields.0.len())).map(|_| Registered {
            name: fields.bytes().to_vec(),
            flags: fields.byte(),
            description: (fields.byte() != 0).then(|| fields.bytes().to_vec()),
        });
        Ok(Ok(registered.collect()))
    }

    fn unload_library(&mut self, library: u32) -> Result<(), Broken> {
        let message = Message::new(UNLOAD_LIBRARY).number(library);
        self.ask(message, None).map(|_| ())
    }

    fn call_function(
        &mut self,
        host: &mut dyn ScriptHost,
        library: u32,
        invocation: Invocation<'_>,
        reply: &mut Vec<u8>,
    ) -> Result<(), Broken> {
        self.reply(
            run_message(CALL_FUNCTION, library, &invocation),
            host,
            reply,
        )
    }

    fn used_memory(&mut self) -> usize {
        let answer = self
            .ask(Message::new(USED_MEMORY), None)
            .unwrap_or_default();
        Fields(answer.get(1..).unwrap_or_default()).number() as usize
    }
}

/// The other end: an interpreter that does what messages say.
#[derive(Default)]
pub struct Servant {
    interpreter: Option<Box<dyn Interpreter>>,
}

impl Servant {
    /// Does what a request says, and answers. What a script asks goes through `ask`.
    pub fn serve(&mut self, request: &[u8], ask: &mut dyn FnMut(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let mut fields = Fields(request);
        match self.serve_fields(&mut fields, ask) {
            Ok(answer) => answer,
            Err(Broken(why)) => Message::new(BROKEN).bytes(why.as_bytes()).0,
        }
    }

    fn serve_fields(
        &mut self,
        fields: &mut Fields<'_>,
        ask: &mut dyn FnMut(&[u8]) -> Vec<u8>,
    ) -> Result<Vec<u8>, Broken> {
        let kind = fields.byte();
        if kind == NEW {
            let purpose = match fields.byte() {
                0 => Purpose::Scripts,
                _ => Purpose::Functions,
            };
            let Some(mut factory) = crate::linked() else {
                return Err(Broken("there is no interpreter in it".to_owned()));
            };
            self.interpreter = Some(factory(purpose).map_err(Broken)?);
            return Ok(vec![DONE]);
        }
        let Some(interpreter) = &mut self.interpreter else {
            return Err(Broken("the interpreter was not made".to_owned()));
        };
        let mut host = Asking(ask);
        match kind {
            COMPILE => {
                let name = fields.bytes();
                Ok(match interpreter.compile(name, fields.bytes())? {
                    Ok(()) => vec![DONE],
                    Err(message) => Message::new(REFUSED).bytes(&message).0,
                })
            }
            RUN | CALL_FUNCTION => {
                let library = fields.number();
                let protocol = fields.byte();
                let name = fields.bytes();
                let (keys, arguments) = (fields.list(), fields.list());
                let invocation = Invocation {
                    name,
                    keys: &keys,
                    arguments: &arguments,
                    protocol,
                };
                let mut reply = Vec::new();
                if kind == RUN {
                    interpreter.run(&mut host, invocation, &mut reply)?;
                } else {
                    interpreter.call_function(&mut host, library, invocation, &mut reply)?;
                }
                Ok(Message::new(DONE).bytes(&reply).0)
            }
            LOAD_LIBRARY => {
                let library = fields.number();
                Ok(
                    match interpreter.load_library(&mut host, library, fields.bytes())? {
                        Ok(registered) => {
                            let count = u32::try_from(registered.len()).unwrap_or(0);
                            let mut message = Message::new(DONE).number(count);
                            for function in registered {
                                message = message.bytes(&function.name).byte(function.flags);
                                message = match function.description {
                                    Some(description) => message.byte(1).bytes(&description),
                                    None => message.byte(0),
                                };
                            }
                            message.0
                        }
                        Err(why) => Message::new(REFUSED).bytes(&why).0,
                    },
                )
            }
            UNLOAD_LIBRARY => {
                interpreter.unload_library(fields.number())?;
                Ok(vec![DONE])
            }
            USED_MEMORY => {
                let used = u32::try_from(interpreter.used_memory()).unwrap_or(u32::MAX);
                Ok(Message::new(DONE).number(used).0)
            }
            _ => Err(Broken(
                "the interpreter was asked for what it does not know".to_owned(),
            )),
        }
    }
}

/// The script's host, at the other end.
struct Asking<'a>(&'a mut dyn FnMut(&[u8]) -> Vec<u8>);

impl Asking<'_> {
    fn ask(&mut self, message: Message) -> Vec<u8> {
        (self.0)(&message.0)
    }
}

impl ScriptHost for Asking<'_> {
    fn call(&mut self, arguments: &[&[u8]], protocol: u8, reply: &mut Vec<u8>) {
        reply.extend(self.ask(Message::new(CALL).byte(protocol).list(arguments)));
    }

    fn error_replied(&mut self, error: &[u8], counts: bool) {
        self.ask(Message::new(ERROR_REPLIED).byte(counts.into()).bytes(error));
    }

    fn log(&mut self, level: u8, message: &[u8]) {
        self.ask(Message::new(LOG).byte(level).bytes(message));
    }

    fn set_replication(&mut self, targets: u8) {
        self.ask(Message::new(SET_REPLICATION).byte(targets));
    }

    fn may_run(&mut self, arguments: &[&[u8]]) -> Result<bool, Vec<u8>> {
        let answer = self.ask(Message::new(MAY_RUN).list(arguments));
        let mut fields = Fields(&answer);
        match fields.byte() {
            DONE => Ok(fields.byte() != 0),
            _ => Err(fields.bytes().to_vec()),
        }
    }

    fn poll(&mut self) -> Result<(), Vec<u8>> {
        let answer = self.ask(Message::new(POLL));
        let mut fields = Fields(&answer);
        match fields.byte() {
            DONE => Ok(()),
            _ => Err(fields.bytes().to_vec()),
        }
    }

    fn random(&mut self) -> i32 {
        let answer = self.ask(Message::new(RANDOM));
        Fields(&answer).number().cast_signed()
    }

    fn seed_random(&mut self, seed: i32) {
        self.ask(Message::new(SEED_RANDOM).number(seed.cast_unsigned()));
    }

    fn format_double(&mut self, value: f64, text: &mut Vec<u8>) {
        let mut message = Message::new(FORMAT_DOUBLE);
        message.0.extend_from_slice(&value.to_le_bytes());
        text.extend(self.ask(message));
    }
}

#[cfg(all(test, feature = "interpreter"))]
mod tests {
    use super::{Servant, Transport, factory};
    use crate::interface::{Broken, Purpose};

    /// The other end is here, or has failed.
    struct Near(Option<Servant>);

    impl Transport for Near {
        fn exchange(
            &mut self,
            request: &[u8],
            answer: &mut dyn FnMut(&[u8]) -> Vec<u8>,
        ) -> Result<Vec<u8>, String> {
            match &mut self.0 {
                Some(servant) => Ok(servant.serve(request, answer)),
                None => Err("it has failed".to_owned()),
            }
        }
    }

    #[test]
    fn a_remote_interpreter_answers_as_a_near_one() {
        let mut remote = factory(|| Ok(Near(Some(Servant::default()))));
        let mut lua = remote(Purpose::Scripts).expect("it is made");
        crate::interpreter::check(&mut *lua);
    }

    #[test]
    fn one_that_fails_is_broken() {
        let mut remote = factory(|| Ok(Near(None)));
        assert_eq!(
            remote(Purpose::Scripts).err().as_deref(),
            Some("it has failed")
        );
        let mut far = super::Remote(Near(None));
        let broken = crate::interface::Interpreter::compile(&mut far, b"name", b"return 1");
        assert_eq!(broken, Err(Broken("it has failed".to_owned())));
    }

    #[test]
    fn what_makes_no_sense_is_answered() {
        let mut servant = Servant::default();
        for length in 0..200_u8 {
            let request: Vec<u8> = (0..length).map(|at| at.wrapping_mul(37) % 9).collect();
            assert!(!servant.serve(&request, &mut |_| Vec::new()).is_empty());
        }
    }
}
