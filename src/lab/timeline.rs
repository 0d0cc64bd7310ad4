//! A machine whose time can be stopped, led ahead and turned back: its clock, and the history from which any
//! earlier moment is made anew.

use super::clock::Clock;
use super::disk::{Batch, LabDisk, OpenError};
use super::history::{Act, Beginning, History};
use super::hosts::Endpoint;
use super::import::{Import, Imported};
use super::losses::Losses;
use super::machine::Machine;
use super::network::{Line, Node};
use super::process::LaunchError;
use super::replay::Replay;
use crate::disk::{DiskError, Ticket};
use crate::server::Signal;

/// The first number of connections that are opened while one looks at the past.
const CONNECTIONS_OF_THE_PAST: u64 = 1 << 40;

/// Bytes of files beyond which a lab has no history: each moment that is looked at has a copy of them.
const MAX_DISK: u64 = 64 << 20;

/// A machine in time. What is done to it is done at the moment that is shown: in the present for good, in the past
/// only as long as one looks at it.
pub struct Timeline {
    clock: Clock,
    present: Machine,
    /// What is looked at instead.
    past: Option<Box<Machine>>,
    /// Something was done to what is looked at, so that it is no longer what was.
    touched: bool,
    /// None once it is too long.
    history: Option<History>,
    stopwatch: Option<fn() -> i64>,
    /// A file on its way into a server, for the history.
    importing: Option<(Endpoint, Box<[u8]>)>,
}

impl Timeline {
    /// A timeline that begins at `beginning`, which is now.
    pub fn new(beginning: Beginning) -> Self {
        let mut timeline = Timeline {
            clock: Clock::new(beginning.at_us),
            present: beginning.machine(),
            past: None,
            touched: false,
            history: None,
            stopwatch: None,
            importing: None,
        };
        if beginning.disk.status().bytes <= MAX_DISK {
            timeline.history = Some(History::new(beginning));
        }
        timeline
    }

    /// A timeline that goes on where a history has been made again, for a store that holds nothing. Whoever was connected
    /// from outside is gone. None when it ends in the middle of a power cut.
    #[cold]
    pub fn resume(replay: Replay, real_us: i64) -> Option<Self> {
        let (history, machine) = replay.finish();
        if machine.frozen {
            return None;
        }
        let mut timeline = Timeline {
            clock: Clock::new(real_us),
            present: machine,
            past: None,
            touched: false,
            history: Some(history),
            stopwatch: None,
            importing: None,
        };
        timeline.clock.set(timeline.present.now_us());
        for connection in timeline.present.outside_connections() {
            timeline.disconnect(connection);
        }
        timeline.note(|| Act::StartOver(0, 0));
        timeline.present.disk().start_over(0, 0);
        Some(timeline)
    }

    /// What was done until the moment that is shown, as bytes; none when there is no history.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let history = self.history.as_ref()?;
        Some(history.to_bytes(self.now_us()))
    }

    /// Lends a stopwatch, in microseconds since any moment: how long commands take is known from then on, and
    /// [`Timeline::tick`] comes back in time.
    pub fn set_stopwatch(&mut self, stopwatch: fn() -> i64) {
        self.stopwatch = Some(stopwatch);
        self.present.set_stopwatch(stopwatch);
    }

    /// The machine at the moment that is shown.
    pub fn machine(&self) -> &Machine {
        match &self.past {
            Some(past) => past,
            None => &self.present,
        }
    }

    /// The same, for what leaves no trace in what happens.
    pub fn machine_mut(&mut self) -> &mut Machine {
        match &mut self.past {
            Some(past) => past,
            None => &mut self.present,
        }
    }

    /// The machine of the present, whose disk the store keeps.
    pub fn present(&self) -> &Machine {
        &self.present
    }

    /// Notes what is about to be done, unless it is done to the past.
    fn note(&mut self, act: impl FnOnce() -> Act) {
        match &mut self.past {
            None => self.note_in_present(act),
            Some(past) => {
                if !self.touched {
                    past.network.number_from(CONNECTIONS_OF_THE_PAST);
                }
                self.touched = true;
            }
        }
    }

    /// Notes what is about to be done to the present: what is due by now comes before, as it will when it is done
    /// again.
    fn note_in_present(&mut self, act: impl FnOnce() -> Act) {
        let now_us = self.present.now_us();
        self.present.advance(now_us, || false);
        if let Some(history) = &mut self.history
            && !history.add(now_us, act())
        {
            self.history = None;
        }
    }

    // ---- time -----------------------------------------------------------------------------

    /// The lab's clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The same, to be set. Call [`Timeline::catch_up`] before.
    pub fn clock_mut(&mut self) -> &mut Clock {
        &mut self.clock
    }

    /// The time that is shown, in microseconds since 1970.
    pub fn now_us(&self) -> i64 {
        self.machine().now_us()
    }

    /// Lets so much time pass as has passed outside by `real_us`, but works no longer than `most_us` by the stopwatch.
    /// False if there is more to do.
    pub fn catch_up(&mut self, real_us: i64, most_us: i64) -> bool {
        let to_us = self.clock.look(real_us);
        if self.past.is_some() {
            return true;
        }
        let stopwatch = self.stopwatch;
        let began_us = stopwatch.map_or(0, |it| it());
        let enough = || stopwatch.is_some_and(|it| it() - began_us >= most_us);
        let done = self.present.advance(to_us, enough);
        self.clock.reached(self.present.now_us());
        done
    }

    /// The same, and how many real microseconds later to come again: 0 when there is more to do at once, none when
    /// time stands still.
    pub fn tick(&mut self, real_us: i64, most_us: i64) -> Option<i64> {
        if self.past.is_some() {
            self.clock.look(real_us);
            return None;
        }
        match self.catch_up(real_us, most_us) {
            true => self.clock.wait_us(self.present.next_due_us()),
            false => Some(0),
        }
    }

    // ---- the past -------------------------------------------------------------------------

    /// From when to when one can look, in microseconds since 1970; none when too much has happened.
    pub fn span_us(&self) -> Option<(i64, i64)> {
        let began_us = self.history.as_ref()?.began_us();
        Some((began_us, self.present.now_us()))
    }

    /// What was done from outside, oldest first, with its time.
    pub fn acts(&self) -> impl Iterator<Item = (i64, &Act)> {
        self.history.iter().flat_map(History::acts)
    }

    /// Whether the moment that is shown is not the present.
    pub fn is_in_the_past(&self) -> bool {
        self.past.is_some()
    }

    /// Shows an earlier moment; false when there is no history. The present stands still meanwhile.
    pub fn look_at(&mut self, at_us: i64) -> bool {
        let Some(history) = &self.history else {
            return false;
        };
        let at_us = at_us.clamp(history.began_us(), self.present.now_us());
        // Whoever looks may have done something to what is shown: it is made anew, also for a later moment.
        self.past = Some(Box::new(history.machine_at(at_us)));
        self.touched = false;
        true
    }

    /// Shows the present again.
    pub fn look_at_present(&mut self) {
        self.past = None;
    }

    /// Goes on from the moment that is shown: what has happened since has not happened. The store is given everything
    /// anew.
    pub fn fork(&mut self) {
        let (Some(shown), Some(history)) = (self.past.take(), &mut self.history) else {
            return;
        };
        let at_us = shown.now_us();
        history.cut_off(at_us);
        let machine = match self.touched {
            true => history.machine_at(at_us),
            false => *shown,
        };
        let (key, batch) = self.present.disk().ends();
        let old = std::mem::replace(&mut self.present, machine);
        // Handles that the page's store has go on with the new disk, not with this one.
        drop(old);
        if let Some(stopwatch) = self.stopwatch {
            self.present.set_stopwatch(stopwatch);
        }
        self.note(|| Act::StartOver(key, batch));
        self.present.disk().start_over(key, batch);
        self.clock.set(at_us);
    }

    // ---- what is done from outside --------------------------------------------------------

    /// [`Machine::connect`]
    pub fn connect(&mut self, to: Endpoint) -> Option<u64> {
        self.note(|| Act::Connect(to));
        self.machine_mut().connect(to)
    }

    /// [`Machine::trust`]
    pub fn trust(&mut self, connection: u64) {
        self.note(|| Act::Trust(connection));
        self.machine_mut().trust(connection);
    }

    /// [`Machine::receive`]
    pub fn receive(&mut self, connection: u64, bytes: &[u8]) {
        self.note(|| Act::Receive(connection, bytes.into()));
        self.machine_mut().receive(connection, bytes);
    }

    /// [`Machine::take_output`]
    pub fn take_output(&mut self, connection: u64) -> Vec<u8> {
        self.machine_mut().take_output(connection)
    }

    /// [`Machine::disconnect`]
    pub fn disconnect(&mut self, connection: u64) {
        self.note(|| Act::Disconnect(connection));
        self.machine_mut().disconnect(connection);
    }

    /// [`Machine::start`]
    pub fn start(&mut self, at: Endpoint) {
        self.note(|| Act::Start(at));
        self.machine_mut().start(at);
    }

    /// [`Machine::launch`]
    ///
    /// # Errors
    /// As there.
    pub fn launch(
        &mut self,
        words: &[&str],
        host: usize,
        folder: &str,
    ) -> Result<Endpoint, LaunchError> {
        self.launch_at(words, host, folder, false)
    }

    /// [`Machine::launch_at`]
    ///
    /// # Errors
    /// As there.
    pub fn launch_at(
        &mut self,
        words: &[&str],
        host: usize,
        folder: &str,
        terminal: bool,
    ) -> Result<Endpoint, LaunchError> {
        self.note(|| {
            let words = words.iter().map(|word| (*word).to_owned());
            Act::Launch(words.collect(), host, folder.to_owned(), terminal)
        });
        self.machine_mut().launch_at(words, host, folder, terminal)
    }

    /// [`Machine::kill`]
    pub fn kill(&mut self, at: Endpoint) -> Losses {
        self.note(|| Act::Kill(at));
        self.machine_mut().kill(at)
    }

    /// [`Machine::forget`]
    pub fn forget(&mut self, at: Endpoint) {
        self.note(|| Act::Forget(at));
        self.machine_mut().forget(at);
    }

    /// [`Machine::pause`]
    pub fn pause(&mut self, at: Endpoint, stopped: bool) {
        self.note(|| Act::Pause(at, stopped));
        self.machine_mut().pause(at, stopped);
    }

    /// [`Machine::signal`]
    pub fn signal(&mut self, at: Endpoint, signal: Signal) {
        self.note(|| Act::Signal(at, signal));
        self.machine_mut().signal(at, signal);
    }

    /// [`Machine::add_host`]
    pub fn add_host(&mut self, name: &str) -> Option<usize> {
        self.note(|| Act::AddHost(name.to_owned()));
        self.machine_mut().add_host(name)
    }

    /// [`Machine::cut`]
    pub fn cut(&mut self, from: Node, to: Node, cut: bool) {
        self.note(|| Act::Cut(from, to, cut));
        self.machine_mut().cut(from, to, cut);
    }

    /// [`Machine::set_line`]
    pub fn set_line(&mut self, from: Node, to: Node, line: Option<Line>) {
        self.note(|| Act::SetLine(from, to, line));
        self.machine_mut().set_line(from, to, line);
    }

    /// [`Machine::set_lines`]
    pub fn set_lines(&mut self, line: Line) {
        self.note(|| Act::SetLines(line));
        self.machine_mut().set_lines(line);
    }

    /// [`Machine::heal`]
    pub fn heal(&mut self) {
        self.note(|| Act::Heal);
        self.machine_mut().heal();
    }

    /// [`Machine::write_file`]
    ///
    /// # Errors
    /// As there.
    pub fn write_file(&mut self, path: &str, bytes: &[u8]) -> Result<Ticket, DiskError> {
        self.note(|| Act::WriteFile(path.to_owned(), bytes.into()));
        self.machine_mut().write_file(path, bytes)
    }

    /// [`Machine::remove_file`]
    ///
    /// # Errors
    /// As there.
    pub fn remove_file(&mut self, path: &str) -> Result<Ticket, DiskError> {
        self.note(|| Act::RemoveFile(path.to_owned()));
        self.machine_mut().remove_file(path)
    }

    /// [`Machine::make_folder`]
    ///
    /// # Errors
    /// As there.
    pub fn make_folder(&mut self, path: &str) -> Result<Ticket, DiskError> {
        self.note(|| Act::MakeFolder(path.to_owned()));
        self.machine_mut().make_folder(path)
    }

    /// [`Machine::rename_file`]
    ///
    /// # Errors
    /// As there.
    pub fn rename_file(&mut self, from: &str, to: &str) -> Result<Ticket, DiskError> {
        self.note(|| Act::RenameFile(from.to_owned(), to.to_owned()));
        self.machine_mut().rename_file(from, to)
    }

    /// [`Import::begin`]
    ///
    /// # Errors
    /// As there.
    pub fn begin_import(
        &mut self,
        at: Endpoint,
        bytes: &[u8],
    ) -> Result<Option<Import>, DiskError> {
        let import = Import::begin(self.machine(), at, bytes)?;
        self.importing = import.is_some().then(|| (at, bytes.into()));
        Ok(import)
    }

    /// [`Import::step`]
    ///
    /// # Errors
    /// As there.
    pub fn step_import(&mut self, import: Box<Import>) -> Result<Box<Import>, Imported> {
        let result = import.step(self.machine_mut());
        if let Err(Imported::Keys(_)) = result
            && let Some((at, bytes)) = self.importing.take()
        {
            self.note(|| Act::Import(at, bytes));
        }
        result
    }

    // ---- the store ------------------------------------------------------------------------

    /// What is to go to the store now, if anything is.
    pub fn take_batch(&mut self) -> Option<Batch> {
        let now_us = self.present.now_us();
        self.present.advance(now_us, || false);
        let batch = self.present.disk().take_batch()?;
        self.note_in_present(|| Act::TakeBatch);
        Some(batch)
    }

    /// The store has answered for a batch: well, or with what went wrong (`full`, `lost`, or a message).
    pub fn answered(&mut self, batch: u64, error: Option<&str>) {
        self.note_in_present(|| Act::Answer(batch, error.map(str::to_owned)));
        self.present.answered(batch, error);
    }

    /// Power goes, in the present. Nothing runs before [`Timeline::power_cut`].
    pub fn freeze(&mut self) {
        self.past = None;
        self.note(|| Act::Freeze);
        self.present.freeze();
    }

    /// Power has gone and is back, and the store holds `records`.
    ///
    /// # Errors
    /// When they make no disk.
    pub fn power_cut(&mut self, records: Vec<(u64, Vec<u8>)>) -> Result<Losses, OpenError> {
        let stored = LabDisk::open(records)?;
        self.note(|| Act::PowerCut(stored.copy()));
        Ok(self.present.power_cut(&stored))
    }
}
