//! What tests and benchmarks of several crates need: ports of their own, a PostgreSQL cluster in a folder that nobody else uses, children that end with the test program, however that ends, databases that look as after years of use, an independent
//! model of an order's life, the wallets as they speak, certificates, and a stand-in of Telegram's Bot API.
//!
//! The cluster needs the server programs of PostgreSQL 15 or later (Debian: `postgresql`), not a running server. Everything
//! here panics with words when it cannot be done, as tests do.

mod by_hand;
mod certificate;
mod child;
mod described;
mod fill;
pub mod model;
mod past;
mod port;
mod postgres;
mod random;
pub mod report;
mod telegram;
pub mod wallets;

pub use by_hand::sql_by_hand;
pub use certificate::certificate;
pub use child::{mortal, tested};
pub use described::{Answered, Description};
pub use fill::{fill_postgres, fill_sqlite};
pub use past::{Ids, Past};
pub use port::own_port;
pub use postgres::{Cluster, Database};
pub use random::Random;
pub use telegram::{BOT, BotApi, Sent, TOKEN, Trouble};
