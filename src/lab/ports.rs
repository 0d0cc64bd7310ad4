//! Which process listens where, so that none takes the port of another (CONFIG SET port).

use super::hosts::Endpoint;
use super::machine::Machine;
use crate::instance::Listen;
use std::cell::RefCell;
use std::rc::Rc;

/// Where the processes listen that run, by their indexes. Clones are the same list.
#[derive(Clone, Debug, Default)]
pub(super) struct Ports(Rc<RefCell<Vec<(usize, Endpoint)>>>);

impl Ports {
    /// Has the process of this index on a host listen elsewhere, unless somebody does so there.
    fn lend(&self, process: usize, host: usize) -> Listen {
        let ports = self.clone();
        Box::new(move |config, _| {
            let port = u16::try_from(config.port).unwrap_or(0);
            let wanted = Endpoint { host, port };
            let mut taken = ports.0.borrow_mut();
            if taken
                .iter()
                .any(|(other, at)| *at == wanted && *other != process)
            {
                return Err("Unable to listen on this port. Check server logs.".into());
            }
            taken.retain(|(other, _)| *other != process);
            taken.push((process, wanted));
            Ok(())
        })
    }
}

impl Machine {
    /// Lends a process that was started what it needs to listen elsewhere.
    pub(super) fn lend_ports(&mut self, index: usize) {
        let Some(process) = self.processes.get_mut(index) else {
            return;
        };
        if let Some(server) = &mut process.server {
            server.set_listen(self.ports.lend(index, process.at.host));
        }
        self.note_ports();
    }

    /// Notes where everybody listens who runs.
    pub(super) fn note_ports(&mut self) {
        let running = self.processes.iter().enumerate();
        let running = running.filter(|(_, process)| process.server.is_some());
        *self.ports.0.borrow_mut() = running.map(|(index, it)| (index, it.at)).collect();
    }
}
