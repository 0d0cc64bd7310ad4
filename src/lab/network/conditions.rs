//! What the network does to what it carries: delay, jitter, narrow lines, and lines that are cut.

use crate::map::SortedMap;

/// Longest delay, jitter included, in microseconds: ten minutes.
const MAX_DELAY_US: i64 = 600_000_000;

/// Who sends and receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// Whoever works at the lab from outside: consoles, views, scripts.
    Outside,
    /// A process, by its index.
    Process(usize),
}

/// A line in one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Line {
    /// How long a byte is on its way, in microseconds.
    pub latency_us: i64,
    /// Up to so many microseconds more, by chance.
    pub jitter_us: i64,
    /// Bytes that it takes in a second; 0 for as many as there are.
    pub bytes_per_second: u64,
}

impl Line {
    /// The same within bounds.
    fn bounded(self) -> Line {
        let latency_us = self.latency_us.clamp(0, MAX_DELAY_US);
        Line {
            latency_us,
            jitter_us: self.jitter_us.clamp(0, MAX_DELAY_US - latency_us),
            bytes_per_second: self.bytes_per_second,
        }
    }

    /// Whether bytes arrive as they are sent.
    pub fn is_immediate(&self) -> bool {
        *self == Line::default()
    }
}

/// The lines between all nodes.
#[derive(Debug, Default)]
pub struct Conditions {
    /// Between processes where nothing else is said.
    usual: Line,
    special: SortedMap<(Node, Node), Line>,
    cut: SortedMap<(Node, Node), ()>,
}

impl Conditions {
    /// The line from one node to another.
    pub fn line(&self, from: Node, to: Node) -> Line {
        let inside = from != Node::Outside && to != Node::Outside && from != to;
        let usual = if inside { self.usual } else { Line::default() };
        self.special.get(&(from, to)).copied().unwrap_or(usual)
    }

    /// Sets the line between all processes, but for those that have one of their own.
    pub fn set_usual(&mut self, line: Line) {
        self.usual = line.bounded();
    }

    /// Sets a line in one direction; none for the usual one.
    pub fn set(&mut self, from: Node, to: Node, line: Option<Line>) {
        match line {
            Some(line) => self.special.insert((from, to), line.bounded()),
            None => self.special.remove(&(from, to)),
        };
    }

    /// Cuts a line in one direction, or mends it.
    pub fn cut(&mut self, from: Node, to: Node, cut: bool) {
        match cut {
            true => self.cut.insert((from, to), ()),
            false => self.cut.remove(&(from, to)),
        };
    }

    /// Whether a line is cut.
    pub fn is_cut(&self, from: Node, to: Node) -> bool {
        self.cut.contains_key(&(from, to))
    }

    /// All lines that are cut.
    pub fn cuts(&self) -> impl Iterator<Item = (Node, Node)> {
        self.cut.keys().copied()
    }

    /// Forgets all lines of a node that is no more.
    pub fn forget(&mut self, node: Node) {
        self.special
            .retain(|(from, to), _| *from != node && *to != node);
        self.cut
            .retain(|(from, to), _| *from != node && *to != node);
    }

    /// Everything is as at the start: nothing is cut, nothing slow.
    pub fn heal(&mut self) {
        *self = Conditions::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_its_own_goes_before_the_usual_one() {
        let (a, b) = (Node::Process(0), Node::Process(1));
        let slow = Line {
            latency_us: 5000,
            ..Line::default()
        };
        let mut conditions = Conditions::default();
        conditions.set_usual(slow);
        assert_eq!(conditions.line(a, b), slow);
        assert!(conditions.line(Node::Outside, b).is_immediate());
        conditions.set(a, b, Some(Line::default()));
        assert!(conditions.line(a, b).is_immediate());
        assert_eq!(conditions.line(b, a), slow);
        conditions.cut(a, b, true);
        assert!(conditions.is_cut(a, b) && !conditions.is_cut(b, a));
        conditions.heal();
        assert!(!conditions.is_cut(a, b) && conditions.line(b, a).is_immediate());
    }

    #[test]
    fn what_is_asked_for_is_bounded() {
        let (a, b) = (Node::Process(0), Node::Process(1));
        let mut conditions = Conditions::default();
        let absurd = Line {
            latency_us: i64::MAX,
            jitter_us: i64::MAX,
            bytes_per_second: 0,
        };
        conditions.set(a, b, Some(absurd));
        let line = conditions.line(a, b);
        assert_eq!((line.latency_us, line.jitter_us), (MAX_DELAY_US, 0));
    }
}
