//! Photo sessions: a customer brings photos from the phone to the booth, and takes the finished picture home.
//!
//! A session belongs to the first customer who opens it, and lives for a set time. It holds only what is known *of* its photos; the
//! pictures themselves are files. A step takes a session and gives the next one, or says why not; the store keeps the next one
//! only if nobody else was faster. Nothing here touches an order or money.

mod id;
mod sale;
mod session;

pub use id::{FileName, LinkToken, SessionId};
pub use sale::Choice;
pub use session::{Bounds, Customer, NewPhoto, Photo, PhotoKind, Refusal, Session, SessionKind, SessionStatus};
