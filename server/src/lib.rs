//! Webhooks, the booth API and pages.
