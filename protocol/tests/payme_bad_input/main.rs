//! Bodies that nobody should send to Payme's webhook: each gets one clear error, and none of them writes anything.

mod calls;
mod hostile;
mod members;
mod random;
