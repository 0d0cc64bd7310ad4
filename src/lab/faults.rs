//! What is done to the network of the machine.

use super::hosts::Endpoint;
use super::machine::Machine;
use super::network::{Conditions, Line, Node, Trace};

impl Machine {
    /// The lines between nodes.
    pub fn conditions(&self) -> &Conditions {
        &self.network.conditions
    }

    /// The node of the process at an endpoint.
    pub fn node(&self, at: impl Into<Endpoint>) -> Option<Node> {
        self.index(at.into()).map(Node::Process)
    }

    /// Cuts the line from one node to another, or mends it. Connections stay open: what is sent arrives once the line
    /// is mended.
    pub fn cut(&mut self, from: Node, to: Node, cut: bool) {
        self.network.conditions.cut(from, to, cut);
        if !cut {
            self.release();
        }
    }

    /// Sets the line from one node to another; none for the usual one.
    pub fn set_line(&mut self, from: Node, to: Node, line: Option<Line>) {
        self.network.conditions.set(from, to, line);
    }

    /// Sets the line between all processes that have none of their own.
    pub fn set_lines(&mut self, line: Line) {
        self.network.conditions.set_usual(line);
    }

    /// Mends all lines, and has none of them be slow.
    pub fn heal(&mut self) {
        self.network.conditions.heal();
        self.release();
    }

    /// Begins to note what passes between processes, or ends.
    pub fn watch_messages(&mut self, on: bool) {
        self.network.traces.watch(on);
    }

    /// Takes what has passed between processes since the last call.
    pub fn take_messages(&mut self) -> Vec<Trace> {
        self.network.traces.take()
    }
}
