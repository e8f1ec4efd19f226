//! The keys that the server may have by now, and the way back to its own.
//!
//! Nothing that may change a key is sent without `--change-password`. With it, every key that was ever offered is noted
//! before it is sent, so that the way back is known whatever the server did, also when the run is interrupted.

use crate::random::Names;
use crate::wire::{Authorization, Client, Request, Target};
use serde_json::json;
use std::sync::{Mutex, PoisonError};

/// Keys that were offered to the server in this run.
#[derive(Debug, Default)]
pub struct Keys(Mutex<Vec<String>>);

impl Keys {
    /// Notes that the server may have this key from now on.
    pub fn offered(&self, key: impl Into<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(key.into());
    }

    /// Makes sure that the server has its own key, and says what was found.
    pub async fn put_back(&self, client: &Client, names: &Names) -> Option<String> {
        let offered = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let own = client.target().key.clone()?;
        if offered.is_empty() {
            return None;
        }
        if opens(client, &own, names).await {
            return Some("ChangePassword was tried; the server has its own key again.".to_owned());
        }
        for key in offered.iter().rev() {
            let params = json!({"password": own});
            let request = Request::call(1, "ChangePassword", &params).with(with(client, key));
            drop(client.answer(&request).await);
            if opens(client, &own, names).await {
                return Some(
                    "ChangePassword was tried and left another key; the server's own key is restored.".to_owned(),
                );
            }
        }
        let last = offered.last().map_or("", String::as_str);
        Some(format!(
            "ATTENTION: the server no longer takes its own key, and it could not be restored. The last key that was \
             offered is `{last}`. Set the key again on the server."
        ))
    }
}

/// Credentials with this key.
pub fn with(client: &Client, key: &str) -> Authorization {
    let header = Target::basic(&client.target().login, key);
    Authorization::Other { header, shown: "Basic <Paycom and a changed key>".to_owned() }
}

/// Whether this key opens anything. Two methods are asked, because some servers use -32504 for more than credentials.
async fn opens(client: &Client, key: &str, names: &Names) -> bool {
    let calls = [
        ("CheckTransaction", json!({"id": names.transaction_id()})),
        ("CheckPerformTransaction", json!({"amount": 1, "account": {}})),
    ];
    for (method, params) in calls {
        let answer = client.answer(&Request::call(1, method, &params).with(with(client, key))).await;
        let body = answer.ok().filter(|answer| answer.status == 200).and_then(|answer| answer.json());
        let code = body.as_ref().and_then(|body| body.pointer("/error/code")?.as_i64());
        if body.is_some_and(|body| body.is_object()) && code != Some(-32504) {
            return true;
        }
    }
    false
}
