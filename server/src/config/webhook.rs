//! A webhook of the owner's, as a value: who is told, of what, and what signs it.

use crate::outgoing::address::HttpAddress;
use crate::outgoing::signature::SigningKey;
use boothpay_protocol::ledger::event::{Event, Subscription};
use boothpay_protocol::ledger::task::TaskTarget;

/// A program that is told what happens.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// What it is called, in the log and in commands.
    pub name: TaskTarget,
    /// Where it is told.
    pub address: HttpAddress,
    /// What signs; the newest first.
    pub secrets: Vec<SigningKey>,
    /// What it is told of.
    pub events: Vec<Event>,
    /// Whether it may be on this computer or in a private network.
    pub allow_private: bool,
}

impl Webhook {
    /// Whether it is told when something is wrong.
    pub(crate) fn takes_alerts(&self) -> bool {
        self.events.iter().any(|event| matches!(event, Event::AlertRaised | Event::AlertOver))
    }

    /// What it wants to be told of.
    pub fn subscription(&self) -> Subscription {
        Subscription { target: self.name.clone(), events: self.events.clone() }
    }
}
