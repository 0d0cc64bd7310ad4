//! Consoles: what a session of redis-cli asks for is done here.

use super::Lab;
use crate::cli::{Action, Language, Options, Session};
use crate::wasm::console::{Console, ConsoleStep};

/// Commands that a console runs in one step; the worker does other things in between.
const COMMANDS_PER_STEP: usize = 256;

impl Lab {
    /// Opens a console under the number `id`, which connects at once.
    pub fn open_console(&mut self, id: u32, options: Options) -> ConsoleStep {
        let console = Console {
            session: Session::new(options),
            client: None,
            sent: Vec::new(),
            received: Vec::new(),
            clear: false,
        };
        self.consoles.insert(id, console);
        let step = self.step_console(id);
        step.unwrap_or_else(|| unreachable!("the console was put there above"))
    }

    /// Enters a line; [`Lab::step_console`] runs it. Ignored while another one runs.
    pub fn submit(&mut self, id: u32, line: &str) {
        let now_ms = self.now_ms();
        if let Some(console) = self.consoles.get_mut(&id)
            && console.session.is_idle()
        {
            console.session.submit(line.as_bytes(), now_ms);
        }
    }

    /// Runs a console's line for a while, and takes what came of it. None for an unknown console.
    pub fn step_console(&mut self, id: u32) -> Option<ConsoleStep> {
        let mut console = self.consoles.remove(&id)?;
        self.drive(&mut console);
        let step = console.take_step();
        self.consoles.insert(id, console);
        Some(step)
    }

    /// Ctrl-C.
    pub fn interrupt(&mut self, id: u32) {
        let now_ms = self.now_ms();
        if let Some(console) = self.consoles.get_mut(&id) {
            console.session.interrupt(now_ms);
        }
    }

    /// Has a console's help answer in this language.
    pub fn set_language(&mut self, id: u32, language: Language) {
        if let Some(console) = self.consoles.get_mut(&id) {
            console.session.set_language(language);
        }
    }

    /// Closes a console and its connection.
    pub fn close_console(&mut self, id: u32) {
        if let Some(console) = self.consoles.remove(&id)
            && let Some(client) = console.client
        {
            self.disconnect(client);
        }
    }

    fn drive(&mut self, console: &mut Console) {
        for _ in 0..COMMANDS_PER_STEP {
            let mut output = Vec::new();
            while let Some(action) = console.session.next_action() {
                output.extend(self.act(console, action));
            }
            let Some(client) = console.client else {
                if console.session.is_idle() {
                    return;
                }
                continue;
            };
            if output.is_empty() {
                output = self.timeline.take_output(client);
            }
            let now_ms = self.now_ms();
            if !output.is_empty() {
                console.received.extend_from_slice(&output);
                console.session.received(&output, now_ms);
            } else if self.is_closed(client) {
                console.session.closed(now_ms);
                self.disconnect(client);
                console.client = None;
            } else {
                // Idle, or the server sleeps.
                return;
            }
        }
    }

    /// Does what a session asks for; answers what the server wrote.
    fn act(&mut self, console: &mut Console, action: Action) -> Vec<u8> {
        match action {
            Action::Connect(host, port) => {
                self.hang_up(console);
                self.catch_up();
                let at = self.at(&format!("{host}:{port}"));
                console.client = at.and_then(|at| self.timeline.connect(at));
                let result = console.client.map(|_| ()).ok_or("Connection refused");
                console.session.connected(result, self.now_ms());
            }
            Action::Send(bytes) => {
                console.sent.extend_from_slice(&bytes);
                if let Some(client) = console.client {
                    return self.send(client, &bytes);
                }
            }
            Action::Close => self.hang_up(console),
            Action::Clear => console.clear = true,
            Action::Quit => {}
        }
        Vec::new()
    }

    fn hang_up(&mut self, console: &mut Console) {
        if let Some(client) = console.client.take() {
            self.disconnect(client);
        }
    }
}
