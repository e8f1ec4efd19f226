//! Where the providers call. Each provider's file turns HTTP into its wire type and back; the rules are in `protocol`.

pub(crate) mod payme;
