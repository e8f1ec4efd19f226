//! What can be done with an order, for the API, the booth's page and the command line alike.

use crate::clock::Clock;
use crate::config::Settings;
use crate::limits::NUMBER_TRIES_MAX;
use crate::story;
use boothpay_protocol::journal::Actor;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::order::{Copies, Order, OrderId};
use boothpay_protocol::rows::{Decision, Needs, Rows};
use boothpay_protocol::shop::{self, CloseRefusal, NewOrder, OrderConflict, PrintRefusal, TestPaymentRefusal};
use boothpay_protocol::time::TimeMs;
use boothpay_store::{Store, StoreError, crash};

/// The letters of an order number made here: no 0 O, no 1 I L, so that it can be read out and typed.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// Letters in an order number made here: short enough for an easily read code, too many to guess.
const NUMBER_LETTERS: usize = 8;

/// The store with what its users need around it.
pub struct Orders<'a> {
    /// The database.
    pub store: &'a Store,
    /// The time.
    pub clock: &'a Clock,
    /// The settings.
    pub settings: &'a Settings,
    /// On whose behalf.
    pub actor: Actor,
}

impl Orders<'_> {
    /// Makes an order under a given id, or returns the one that is there.
    pub async fn offer(
        &self,
        id: OrderId,
        amount: Tiyin,
        copies: Copies,
    ) -> Result<Result<Order, OrderConflict>, StoreError> {
        let wish = self.wish(id.clone(), amount, copies);
        self.change(id, move |rows, now| shop::offer(&wish, rows, now)).await
    }

    /// Makes an order under a number of our own.
    pub async fn make(&self, amount: Tiyin, copies: Copies) -> Result<Order, StoreError> {
        for _ in 0..NUMBER_TRIES_MAX {
            let id = new_number()?;
            let wish = self.wish(id.clone(), amount, copies);
            let decide = move |rows: &Rows, now: TimeMs| match rows.order {
                None => {
                    let Decision { writes, reply } = shop::offer(&wish, rows, now);
                    Decision { writes, reply: reply.ok() }
                }
                Some(_) => Decision::answer(None),
            };
            if let Some(order) = self.change(id, decide).await? {
                return Ok(order);
            }
        }
        Err(StoreError::Bug)
    }

    /// Opens an unpaid order again, with a fresh time to pay it. `None` when there is no such order.
    pub async fn reopen(&self, id: OrderId) -> Result<Option<Result<Order, OrderConflict>>, StoreError> {
        let lifetime = self.settings.order_lifetime;
        let decide = move |rows: &Rows, now: TimeMs| match &rows.order {
            None => Decision::answer(None),
            Some(order) => {
                let wish = NewOrder {
                    id: order.id.clone(),
                    amount: order.amount,
                    copies: order.copies,
                    booth: order.booth.clone(),
                    lifetime,
                };
                let Decision { writes, reply } = shop::offer(&wish, rows, now);
                Decision { writes, reply: Some(reply) }
            }
        };
        self.change(id, decide).await
    }

    /// Closes an order at the booth.
    pub async fn cancel(&self, id: OrderId) -> Result<Result<(), CloseRefusal>, StoreError> {
        self.change(id, shop::cancel).await
    }

    /// Notes that an order's prints were started.
    pub async fn printed(&self, id: OrderId) -> Result<Result<(), PrintRefusal>, StoreError> {
        self.change(id, shop::printed).await
    }

    /// Pays an order without money.
    pub async fn test_payment(&self, id: OrderId) -> Result<Result<(), TestPaymentRefusal>, StoreError> {
        self.change(id, shop::test_payment).await
    }

    fn wish(&self, id: OrderId, amount: Tiyin, copies: Copies) -> NewOrder {
        let lifetime = self.settings.order_lifetime;
        NewOrder { id, amount, copies, booth: self.settings.booth.clone(), lifetime }
    }

    async fn change<R, F>(&self, id: OrderId, mut decide: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: FnMut(&Rows, TimeMs) -> Decision<R> + Send + 'static,
    {
        let now = self.clock.now();
        let committed = self.store.transact(Needs::order(id), self.actor, move |rows| decide(rows, now)).await?;
        story::tell(&committed.entries);
        if !committed.entries.is_empty() {
            crash::here(crash::Point::BeforeAnswer);
        }
        Ok(committed.reply)
    }
}

/// A random order number. Bytes that would favour some letters are drawn again.
fn new_number() -> Result<OrderId, StoreError> {
    let mut number = String::with_capacity(NUMBER_LETTERS);
    while number.len() < NUMBER_LETTERS {
        let mut byte = [0_u8];
        getrandom::fill(&mut byte).map_err(|_| StoreError::Bug)?;
        if let [byte] = byte
            && let Some(letter) = ALPHABET.get(usize::from(byte % 32))
        {
            number.push(char::from(*letter));
        }
    }
    OrderId::parse(&number).map_err(|_| StoreError::Bug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_numbers_have_the_letters_that_can_be_read_out() {
        let numbers: std::collections::BTreeSet<String> = (0..500).map(|_| new_number().unwrap().to_string()).collect();
        assert_eq!(numbers.len(), 500);
        assert!(numbers.iter().all(|number| number.len() == 8 && number.bytes().all(|byte| ALPHABET.contains(&byte))));
    }
}
