//! The connected clients by their number.

use super::client::Client;
use crate::map::SortedMap;

/// All clients but the one being served, which its command holds.
#[derive(Default)]
pub struct Clients {
    by_id: SortedMap<u64, Box<Client>>,
    /// Those who are being served.
    away: Vec<u64>,
    last_id: u64,
}

impl Clients {
    /// The number of the next connection.
    pub fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Puts a client (back) among the others.
    pub fn insert(&mut self, client: Box<Client>) {
        self.away.retain(|&away| away != client.id);
        self.by_id.insert(client.id, client);
    }

    /// Takes a client out, to serve it; [`Clients::insert`] puts it back.
    pub fn remove(&mut self, id: u64) -> Option<Box<Client>> {
        let client = self.by_id.remove(&id)?;
        self.away.push(id);
        Some(client)
    }

    /// Takes out a client that is gone.
    pub fn forget(&mut self, id: u64) -> Option<Box<Client>> {
        self.by_id.remove(&id)
    }

    /// Whether there is such a client, be it served or not, that is not about to be closed.
    pub fn exists(&self, id: u64) -> bool {
        let open = self.by_id.get(&id).is_some_and(|client| !client.closing);
        open || self.away.contains(&id)
    }

    /// The client of this number.
    pub fn get(&self, id: u64) -> Option<&Client> {
        self.by_id.get(&id).map(Box::as_ref)
    }

    /// The client with this number, to be changed.
    pub fn get_mut(&mut self, id: u64) -> Option<&mut Client> {
        self.by_id.get_mut(&id).map(Box::as_mut)
    }

    /// The clients in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = &Client> {
        self.by_id.values().map(Box::as_ref)
    }

    /// The clients in the order they came, to change.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Client> {
        self.by_id.values_mut().map(Box::as_mut)
    }

    /// Number of clients here.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}
