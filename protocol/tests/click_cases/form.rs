//! How a case is written.

use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    /// Orders beside `PB-1`, each of 25000 soum.
    #[serde(default)]
    pub orders: Vec<String>,
    /// Settings that differ.
    #[serde(default)]
    pub busy_order: Option<i64>,
    #[serde(default)]
    pub cancel_after_payment: Option<i64>,
    pub step: Vec<Step>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// Something that happens and is no call of Click's; see the world.
    pub meanwhile: Option<String>,
    /// `prepare` or `complete`.
    pub call: String,
    /// The address: `prepare`, `complete` or `shared`; that of the call where nothing is said.
    pub at: Option<String>,
    /// Seconds since the case began.
    pub second: i64,
    /// Click's number of the attempt.
    pub attempt: Option<i64>,
    /// Fields with other values than usual.
    pub set: BTreeMap<String, String>,
    /// Fields that are not there.
    pub without: Vec<String>,
    /// Fields that are there twice.
    pub twice: Vec<String>,
    /// `form`, `json`, or `numbers`: JSON with numbers where they are numbers.
    pub form: Option<String>,
    /// JSON values that are put in as they are.
    pub json: BTreeMap<String, String>,
    /// The whole body.
    pub body: Option<String>,
    /// How it is signed: `wrong`, `capitals`, `other-service`, `older`, `without-prepare-id`; rightly where nothing is said.
    pub sign: Option<String>,
    /// The error that it is answered.
    pub error: i64,
    /// What is written, as the changes' names.
    pub changes: Vec<String>,
}
