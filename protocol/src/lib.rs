//! Money, orders, transactions and the rules of each payment provider.
