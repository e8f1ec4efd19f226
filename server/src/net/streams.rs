//! Places for watching an order as it changes. Each costs a connection for as long as it lasts, so one address has a few,
//! and some are kept for the booth's own screen.

use super::address::Address;
use super::peer::Visitor;
use crate::limits::STREAMS_KEPT;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Who watches how often.
#[derive(Clone)]
pub(crate) struct Streams {
    most: usize,
    by_address: usize,
    watching: Arc<Mutex<HashMap<Address, usize>>>,
}

/// A place; given back when dropped.
pub(crate) struct StreamPlace {
    streams: Streams,
    address: Address,
}

impl Streams {
    /// So many places, and of these so many for one address of the network.
    pub(super) fn new(most: usize, by_address: usize) -> Self {
        Self { most, by_address, watching: Arc::default() }
    }

    /// A place, if there is one for this visitor.
    pub(crate) fn take(&self, visitor: &Visitor) -> Option<StreamPlace> {
        let address = visitor.address;
        let mut watching = self.watching();
        let all: usize = watching.values().sum();
        let theirs = watching.get(&address).copied().unwrap_or(0);
        let own = visitor.is_this_computer() || visitor.is_proven();
        let room = if own {
            all < self.most
        } else {
            all < self.most.saturating_sub(STREAMS_KEPT) && theirs < self.by_address
        };
        if !room {
            return None;
        }
        watching.insert(address, theirs.saturating_add(1));
        Some(StreamPlace { streams: self.clone(), address })
    }

    /// How many watch now.
    pub(crate) fn count(&self) -> usize {
        self.watching().values().sum()
    }

    fn watching(&self) -> MutexGuard<'_, HashMap<Address, usize>> {
        self.watching.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        let mut watching = self.streams.watching();
        match watching.get_mut(&self.address) {
            Some(theirs) if *theirs > 1 => *theirs -= 1,
            Some(_) | None => {
                watching.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::peer::Peer;
    use super::*;
    use axum::http::{Extensions, HeaderMap};
    use std::net::{IpAddr, Ipv4Addr};

    const MOST: usize = 256;
    const BY_ADDRESS: usize = 32;

    fn from(ip: [u8; 4]) -> Visitor {
        let mut extensions = Extensions::new();
        extensions.insert(Peer::at(IpAddr::V4(Ipv4Addr::from(ip))));
        Visitor::of(&extensions, &HeaderMap::new())
    }

    #[test]
    fn one_address_has_a_few_and_the_booths_screen_finds_one_whoever_watches() {
        let streams = Streams::new(MOST, BY_ADDRESS);
        let mut taken = Vec::new();
        let mut take = |visitor: &Visitor| match streams.take(visitor) {
            Some(place) => {
                taken.push(place);
                true
            }
            None => false,
        };
        let first = from([203, 0, 113, 1]);
        assert_eq!((0..1000).filter(|_| take(&first)).count(), BY_ADDRESS);
        let others = (2..=255).flat_map(|last| std::iter::repeat_n(from([203, 0, 113, last]), 10));
        let others = others.filter(|visitor| take(visitor)).count();
        assert_eq!(others + BY_ADDRESS, MOST - STREAMS_KEPT);
        let here = from([127, 0, 0, 1]);
        assert_eq!((0..1000).filter(|_| take(&here)).count(), STREAMS_KEPT);
        taken.clear();
        assert!(streams.watching().is_empty());
    }
}
