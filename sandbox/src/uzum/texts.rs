//! What the rules and their checks say in Russian and Uzbek.

pub mod causes;
pub mod findings;
pub mod lessons;
pub mod ru;
pub mod situations;
pub mod uz;

use crate::suite::Phrases;

/// What checks say, in three languages.
pub const PHRASES: Phrases = Phrases {
    sentences: &[causes::CAUSES, findings::FINDINGS, situations::SITUATIONS],
    beginnings: &[],
    lessons: lessons::LESSONS,
};
