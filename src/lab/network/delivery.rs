//! What processes ask of the network is done here, and what has arrived is handed to them.

use super::{Node, Opener, Parcel, Way, Wire};
use crate::lab::hosts::{Endpoint, is_loopback};
use crate::lab::machine::Machine;
use crate::network::LinkRequest;

impl Machine {
    // ---- from outside ---------------------------------------------------------------------

    /// Opens a connection from outside; none when it is refused at once.
    pub fn connect(&mut self, to: impl Into<Endpoint>) -> Option<u64> {
        let to = to.into();
        let process = self.index(to)?;
        let port = self.network.next_port();
        let opener = Opener::Outside {
            inbox: Vec::new(),
            closed: false,
        };
        let addr = format!("127.0.0.1:{port}");
        let local = format!("127.0.0.1:{}", to.port);
        let wire = Wire::new(opener, Some(process), addr, local);
        let immediate = self.network.is_immediate(&wire, Way::There);
        if immediate && !self.is_up(process) {
            return None;
        }
        let number = self.network.add(wire);
        match immediate {
            true => self.hand_over(number, Way::There, Parcel::Open),
            false => self
                .network
                .send(self.now_us, number, Way::There, Parcel::Open),
        }
        self.settle();
        Some(number)
    }

    /// The connections from outside that are open.
    pub fn outside_connections(&self) -> Vec<u64> {
        let is_open = |wire: &Wire| matches!(wire.opener, Opener::Outside { closed: false, .. });
        let open = self.network.wires.iter().filter(|(_, wire)| is_open(wire));
        open.map(|(number, _)| *number).collect()
    }

    /// Lets a connection do everything, whoever the users are.
    pub fn trust(&mut self, connection: u64) {
        let Some(wire) = self.network.wires.get_mut(&connection) else {
            return;
        };
        wire.trusted = true;
        if let (Some(process), Some(client)) = (wire.process, wire.client)
            && let Some(server) = self.running(process)
        {
            server.trust(client);
        }
    }

    /// Hands bytes to the server of a connection.
    pub fn receive(&mut self, connection: u64, bytes: &[u8]) {
        let Some(wire) = self.network.wires.get(&connection) else {
            return;
        };
        let Some(process) = wire.process else { return };
        let immediate = self.network.is_immediate(wire, Way::There);
        if immediate
            && let Some(client) = wire.client
            && !self.is_stopped(process)
        {
            self.feed(process, client, bytes);
            self.settle();
            return;
        }
        let parcel = Parcel::Bytes(bytes.to_vec());
        let now_us = self.now_us;
        self.network.send(now_us, connection, Way::There, parcel);
        self.settle();
    }

    /// What was sent to a connection since it was last asked.
    pub fn take_output(&mut self, connection: u64) -> Vec<u8> {
        let mut output = match self.network.wires.get_mut(&connection) {
            Some(Wire {
                opener: Opener::Outside { inbox, .. },
                ..
            }) => std::mem::take(inbox),
            _ => return Vec::new(),
        };
        // A long reply comes in parts.
        while let Some(process) = self.outside_sender(connection) {
            self.gather(process);
            match self.network.wires.get_mut(&connection) {
                Some(Wire {
                    opener: Opener::Outside { inbox, .. },
                    ..
                }) if !inbox.is_empty() => output.append(inbox),
                _ => break,
            }
        }
        output
    }

    fn outside_sender(&self, connection: u64) -> Option<usize> {
        let wire = self.network.wires.get(&connection)?;
        let server = self.processes.get(wire.process?)?.server.as_ref()?;
        (server.waiting_output(wire.client?) > 0).then_some(wire.process?)
    }

    /// The number of a connection's client, as CLIENT ID has it, while its process lives.
    pub fn client(&self, connection: u64) -> Option<u64> {
        self.network.wires.get(&connection)?.client
    }

    /// Whether the server has closed a connection, or there is none.
    pub fn is_closed(&self, connection: u64) -> bool {
        let wire = self.network.wires.get(&connection);
        wire.is_none_or(|wire| match wire.opener {
            Opener::Outside { closed, .. } => closed,
            _ => true,
        })
    }

    /// Closes a connection.
    pub fn disconnect(&mut self, connection: u64) {
        self.hang_up(connection);
        self.settle();
    }

    // ---- what processes ask for -----------------------------------------------------------

    /// The opener of a connection wants no more of it.
    fn hang_up(&mut self, number: u64) {
        let Some(wire) = self.network.wires.get_mut(&number) else {
            return;
        };
        wire.opener = Opener::Gone;
        if wire.process.is_none() {
            self.network.wires.remove(&number);
            return;
        }
        let immediate = self
            .network
            .wires
            .get(&number)
            .is_some_and(|wire| self.network.is_immediate(wire, Way::There));
        match immediate {
            true => self.hand_over(number, Way::There, Parcel::Close),
            false => {
                let now_us = self.now_us;
                self.network.send(now_us, number, Way::There, Parcel::Close);
            }
        }
    }

    /// Takes what a process has to say to others.
    pub(in crate::lab) fn gather(&mut self, process: usize) {
        let now_us = self.now_us;
        if self.is_stopped(process) {
            return;
        }
        let Some(server) = self.running(process) else {
            return;
        };
        let requests = server.take_link_requests();
        for request in requests {
            match request {
                LinkRequest::Open {
                    link,
                    host,
                    port,
                    bind,
                } => self.open(process, link, &host, port, bind),
                LinkRequest::Close { link } => {
                    if let Some(number) = self.network.wire_of_link(process, link) {
                        self.hang_up(number);
                    }
                }
            }
        }
        let Some(server) = self
            .processes
            .get_mut(process)
            .and_then(|it| it.server.as_mut())
        else {
            return;
        };
        for link in server.links_with_output() {
            let Some(number) = self.network.wire_of_link(process, link) else {
                continue;
            };
            if self.network.has_room(number, Way::There) {
                let mut bytes = Vec::new();
                server.append_link_output(link, &mut bytes);
                let parcel = Parcel::Bytes(bytes);
                self.network.send(now_us, number, Way::There, parcel);
            }
        }
        for client in server.clients_with_output() {
            let Some(number) = self.network.wire_of_client(process, client) else {
                continue;
            };
            if !self.network.has_room(number, Way::Back) {
                continue;
            }
            let bytes = server.take_output(client);
            if bytes.is_empty() {
                continue;
            }
            let Some(wire) = self.network.wires.get(&number) else {
                continue;
            };
            let immediate = self.network.is_immediate(wire, Way::Back);
            if immediate
                && let Some(Wire {
                    opener: Opener::Outside { inbox, .. },
                    ..
                }) = self.network.wires.get_mut(&number)
            {
                match inbox.is_empty() {
                    true => *inbox = bytes,
                    false => inbox.extend_from_slice(&bytes),
                }
                continue;
            }
            let parcel = Parcel::Bytes(bytes);
            self.network.send(now_us, number, Way::Back, parcel);
        }
    }

    /// A process wants to be connected to `host`.
    fn open(&mut self, from: usize, link: u64, host: &str, port: u16, bind: Option<String>) {
        let own = self
            .processes
            .get(from)
            .map_or(0, |process| process.at.host);
        let found = match is_loopback(host) {
            true => Some(own),
            false => self.host_called(host),
        };
        let Some(at) = found else {
            let now_us = self.now_us;
            if let Some(server) = self.running(from) {
                server.link_failed(now_us, link, "No route to host");
            }
            return;
        };
        let address = |number: usize| self.hosts.get(number).map_or("", |host| &host.address);
        let (source, destination) = match is_loopback(host) {
            true => ("127.0.0.1", "127.0.0.1"),
            false => (address(own), address(at)),
        };
        let source = bind.as_deref().unwrap_or(source);
        let addr = format!("{source}:{}", self.network.next_port());
        let local = format!("{destination}:{port}");
        let opener = Opener::Link {
            process: from,
            link,
        };
        let to = self.index(Endpoint { host: at, port });
        let number = self.network.add(Wire::new(opener, to, addr, local));
        self.network
            .send(self.now_us, number, Way::There, Parcel::Open);
    }

    /// The process calls no more what it called a client.
    pub(in crate::lab) fn client_closed(&mut self, process: usize, client: u64) {
        let Some(number) = self.network.wire_of_client(process, client) else {
            return;
        };
        let now_us = self.now_us;
        // What it was still to be told goes before.
        let bytes = self
            .running(process)
            .map_or(Vec::new(), |server| server.take_output(client));
        if !bytes.is_empty() {
            self.back(number, Parcel::Bytes(bytes));
        }
        if let Some(server) = self.running(process) {
            server.disconnect(now_us, client);
        }
        if let Some(wire) = self.network.wires.get_mut(&number) {
            wire.client = None;
        }
        self.back(number, Parcel::Close);
    }

    /// Sends something to the opener of a connection, at once where that is possible.
    fn back(&mut self, number: u64, parcel: Parcel) {
        let Some(wire) = self.network.wires.get(&number) else {
            return;
        };
        let outside = matches!(wire.opener, Opener::Outside { .. });
        match outside && self.network.is_immediate(wire, Way::Back) {
            true => self.arrived(number, Way::Back, parcel),
            false => {
                let now_us = self.now_us;
                self.network.send(now_us, number, Way::Back, parcel);
            }
        }
    }

    /// A process has gone: its peers are told.
    pub(in crate::lab) fn cut_wires_of(&mut self, process: usize) {
        let numbers: Vec<u64> = self.network.wires.keys().copied().collect();
        for number in numbers {
            let Some(wire) = self.network.wires.get_mut(&number) else {
                continue;
            };
            if matches!(wire.opener, Opener::Link { process: opener, .. } if opener == process) {
                wire.lane_mut(Way::Back).held.clear();
                self.hang_up(number);
            }
            if let Some(wire) = self.network.wires.get_mut(&number)
                && wire.process == Some(process)
                && (wire.client.is_some() || wire.answered)
            {
                wire.client = None;
                wire.lane_mut(Way::There).held.clear();
                self.back(number, Parcel::Close);
            }
        }
    }

    // ---- what has arrived -----------------------------------------------------------------

    /// Hands over whatever has arrived by now.
    pub(in crate::lab) fn settle(&mut self) {
        while self
            .network
            .next_arrival_us()
            .is_some_and(|at| at <= self.now_us)
        {
            self.deliver();
        }
    }

    /// Hands over what has arrived first.
    pub(in crate::lab) fn deliver(&mut self) {
        if let Some((number, way, parcel)) = self.network.take_arrival(self.now_us) {
            self.hand_over(number, way, parcel);
        }
    }

    /// Hands something over, or keeps it where nobody takes it now.
    fn hand_over(&mut self, number: u64, way: Way, parcel: Parcel) {
        let Some(wire) = self.network.wires.get(&number) else {
            return;
        };
        if let Some((from, to)) = wire.nodes(way) {
            let cut = self.network.conditions.is_cut(from, to);
            let stopped = matches!(to, Node::Process(process) if self.is_stopped(process));
            // A listening system connects, whether or not its process takes notice.
            let answers = stopped && !cut && parcel == Parcel::Open && !wire.answered;
            if cut || stopped || !wire.lane(way).held.is_empty() {
                if let Some(wire) = self.network.wires.get_mut(&number) {
                    wire.answered |= answers;
                    wire.lane_mut(way).held.push_back(parcel);
                }
                if answers {
                    self.back(number, Parcel::Opened);
                }
                return;
            }
        }
        self.arrived(number, way, parcel);
    }

    fn arrived(&mut self, number: u64, way: Way, parcel: Parcel) {
        let mut was_full = None;
        if let Some(wire) = self.network.wires.get_mut(&number) {
            let nodes = wire.nodes(way);
            let lane = wire.lane_mut(way);
            let full = lane.in_flight >= super::WINDOW;
            lane.in_flight = lane.in_flight.saturating_sub(parcel.len());
            if full && let Some((Node::Process(sender), _)) = nodes {
                was_full = Some(sender);
            }
        }
        match way {
            Way::There => self.arrived_there(number, parcel),
            Way::Back => self.arrived_back(number, parcel),
        }
        if let Some(sender) = was_full {
            self.gather(sender);
        }
    }

    /// Something has come to the process that listens.
    fn arrived_there(&mut self, number: u64, parcel: Parcel) {
        let now_us = self.now_us;
        let Some(wire) = self.network.wires.get(&number) else {
            return;
        };
        let (process, client) = (wire.process, wire.client);
        match parcel {
            Parcel::Open => self.accept(number),
            Parcel::Bytes(bytes) => {
                if let (Some(process), Some(client)) = (process, client) {
                    self.feed(process, client, &bytes);
                }
            }
            Parcel::Close => {
                self.network.wires.remove(&number);
                if let (Some(process), Some(client)) = (process, client)
                    && let Some(server) = self.running(process)
                {
                    server.disconnect(now_us, client);
                    self.turn(process);
                }
            }
            Parcel::Opened | Parcel::Refused => {}
        }
    }

    fn feed(&mut self, process: usize, client: u64, bytes: &[u8]) {
        let now_us = self.now_us;
        if let Some(server) = self.running(process) {
            server.receive(now_us, client, bytes);
            self.turn(process);
        }
    }

    /// Somebody wants to be connected to a process.
    fn accept(&mut self, number: u64) {
        let now_us = self.now_us;
        let Some(wire) = self.network.wires.get(&number) else {
            return;
        };
        let (addr, local, trusted) = (wire.addr.clone(), wire.local.clone(), wire.trusted);
        let listens = wire
            .process
            .filter(|process| self.listens(*process, &local));
        let server = listens.and_then(|process| Some((process, self.running(process)?)));
        let Some((process, server)) = server else {
            // Whoever was connected already, by the system, sees it close.
            let answered = wire_answered(self, number);
            let parcel = if answered {
                Parcel::Close
            } else {
                Parcel::Refused
            };
            self.back(number, parcel);
            return;
        };
        let client = server.connect_at(now_us, &addr, Some(&local));
        if trusted {
            server.trust(client);
        }
        if let Some(wire) = self.network.wires.get_mut(&number) {
            wire.client = Some(client);
            if !std::mem::replace(&mut wire.answered, true) {
                self.back(number, Parcel::Opened);
            }
        }
        self.turn(process);
    }

    /// Something has come to who has opened the connection.
    fn arrived_back(&mut self, number: u64, parcel: Parcel) {
        let now_us = self.now_us;
        let Some(wire) = self.network.wires.get_mut(&number) else {
            return;
        };
        let ends = matches!(parcel, Parcel::Close | Parcel::Refused);
        match &mut wire.opener {
            Opener::Outside { inbox, closed } => match parcel {
                Parcel::Bytes(bytes) if inbox.is_empty() => *inbox = bytes,
                Parcel::Bytes(bytes) => inbox.extend_from_slice(&bytes),
                _ => *closed |= ends,
            },
            Opener::Link { process, link } => {
                let (process, link) = (*process, *link);
                let (addr, local) = (wire.addr.clone(), wire.local.clone());
                if ends {
                    self.network.wires.remove(&number);
                }
                if let Some(server) = self.running(process) {
                    match parcel {
                        Parcel::Opened => server.link_opened(now_us, link, &addr, &local),
                        Parcel::Refused => server.link_failed(now_us, link, "Connection refused"),
                        Parcel::Bytes(bytes) => server.link_received(now_us, link, &bytes),
                        Parcel::Close => server.link_closed(now_us, link),
                        Parcel::Open => {}
                    }
                    self.turn(process);
                }
            }
            Opener::Gone => {
                if ends {
                    self.network.wires.remove(&number);
                }
            }
        }
    }

    /// Whether what goes this way is stopped: the line is cut, or nobody takes it at its end.
    fn is_blocked(&self, number: u64, way: Way) -> bool {
        let nodes = self
            .network
            .wires
            .get(&number)
            .and_then(|wire| wire.nodes(way));
        nodes.is_some_and(|(from, to)| {
            let stopped = matches!(to, Node::Process(process) if self.is_stopped(process));
            stopped || self.network.conditions.is_cut(from, to)
        })
    }

    /// Lets everything go on that is held and that nothing holds any more: a line was mended, or a process goes on.
    pub(in crate::lab) fn release(&mut self) {
        let numbers: Vec<u64> = self.network.wires.keys().copied().collect();
        for number in numbers {
            for way in [Way::There, Way::Back] {
                while !self.is_blocked(number, way)
                    && let Some(parcel) = self.network.take_held(number, way)
                {
                    self.arrived(number, way, parcel);
                }
            }
        }
        self.settle();
    }
}

fn wire_answered(machine: &Machine, number: u64) -> bool {
    let wire = machine.network.wires.get(&number);
    wire.is_some_and(|wire| wire.answered)
}
