//! The webhooks: whom the server tells what happens.

use super::Reader;
use crate::config::finding::Weight;
use crate::config::raw;
use crate::config::{Webhook, names, secrets};
use crate::limits::{WEBHOOK_SECRETS_MAX, WEBHOOKS_MAX};
use crate::outgoing::address::HttpAddress;
use crate::outgoing::reach::is_private;
use crate::outgoing::signature::SigningKey;
use boothpay_protocol::ledger::event::Event;
use boothpay_protocol::ledger::task::TaskTarget;
use std::fmt;

/// A setting of one webhook, by its place among them, from 1.
struct Setting(usize, &'static str);

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "webhooks[{}].{}", self.0, self.1)
    }
}

impl Reader {
    pub(super) fn webhooks(&mut self, written: &[raw::Webhook]) -> Vec<Webhook> {
        if written.len() > WEBHOOKS_MAX {
            let advice = format!("there are {} webhooks; {WEBHOOKS_MAX} at most are told", written.len());
            self.wrong::<()>("webhooks[1]", advice);
        }
        let mut webhooks: Vec<Webhook> = Vec::new();
        for (number, one) in (1..).zip(written) {
            if let Some(webhook) = self.webhook(number, one) {
                if webhooks.iter().any(|other| other.name == webhook.name) {
                    let advice = format!("two webhooks are called {}; give each a name of its own", webhook.name);
                    self.wrong_webhook::<()>(&Setting(number, "name"), advice);
                }
                webhooks.push(webhook);
            }
        }
        webhooks
    }

    fn webhook(&mut self, number: usize, written: &raw::Webhook) -> Option<Webhook> {
        let address = self.webhook_address(number, written);
        let secrets = self.webhook_secrets(number, written);
        let events = self.webhook_events(number, written);
        let (address, secrets, events) = (address?, secrets?, events?);
        let name = match written.name.as_str() {
            "" => address.authority.to_ascii_lowercase().replace(['[', ']'], ""),
            name => name.to_owned(),
        };
        let setting = Setting(number, "name");
        let name = match TaskTarget::parse(&name) {
            Ok(name) => name,
            Err(error) => return self.wrong_webhook(&setting, format!("give it a name: {error}")),
        };
        Some(Webhook { name, address, secrets, events, allow_private: written.allow_private })
    }

    fn webhook_address(&mut self, number: usize, written: &raw::Webhook) -> Option<HttpAddress> {
        let setting = Setting(number, "url");
        let address = match HttpAddress::parse(written.url.trim()) {
            Ok(address) => address,
            Err(advice) => return self.wrong_webhook(&setting, advice),
        };
        let leads_home = address.ip().is_some_and(is_private) || address.is_localhost();
        if leads_home && !written.allow_private {
            let advice = "this leads to this computer or a local network, where a message that went astray could do harm. If \
                          that is meant, add the line: allow_private = true";
            return self.wrong_webhook(&setting, advice);
        }
        if !address.is_https && !written.allow_private {
            let advice = "begin it with https://, so that nobody on the way reads the messages. http:// is for the local network \
                          alone, with allow_private = true";
            return self.wrong_webhook(&setting, advice);
        }
        Some(address)
    }

    fn webhook_secrets(&mut self, number: usize, written: &raw::Webhook) -> Option<Vec<SigningKey>> {
        let (setting, file_setting) = (Setting(number, "secret"), Setting(number, "secret_file"));
        let (text, setting) = match (written.secret.0.trim(), written.secret_file.as_str()) {
            ("", "") => {
                let advice = "give it a secret, by which the receiver knows that a message is yours: `boothpay tasks secret` \
                              makes one. The receiver needs the same";
                return self.wrong_webhook(&setting, advice);
            }
            (text, "") => (text.to_owned(), setting),
            ("", file) => (self.secret_file(&file_setting.to_string(), file)?, file_setting),
            (_, _) => return self.wrong_webhook(&setting, "set either secret or secret_file, not both"),
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.len() > WEBHOOK_SECRETS_MAX {
            let advice = format!("there are {} secrets here; {WEBHOOK_SECRETS_MAX} at most sign", words.len());
            return self.wrong_webhook(&setting, advice);
        }
        let mut keys = Vec::new();
        for word in words {
            if let Some(fault) = secrets::pasted(word) {
                return self.wrong_webhook(&setting, fault);
            }
            match SigningKey::parse(word) {
                Ok(key) => keys.push(key),
                Err(advice) => return self.wrong_webhook(&setting, advice),
            }
        }
        Some(keys)
    }

    fn webhook_events(&mut self, number: usize, written: &raw::Webhook) -> Option<Vec<Event>> {
        let setting = Setting(number, "events");
        let known = Event::ALL.map(Event::word);
        if written.events.is_empty() {
            let advice = format!("name what it is told of: {}", known.join(", "));
            return self.wrong_webhook(&setting, advice);
        }
        let mut events = Vec::new();
        for word in &written.events {
            match Event::from_word(word.trim()) {
                Some(event) if !events.contains(&event) => events.push(event),
                Some(_) => {}
                None => {
                    let meant = names::closest(word, known.into_iter());
                    let hint = meant.map_or_else(|| known.join(", "), |meant| format!("did you mean {meant:?}?"));
                    let advice = format!("there is no event {}; {hint}", names::shown(word));
                    return self.wrong_webhook(&setting, advice);
                }
            }
        }
        Some(events)
    }

    /// Notes a mistake at its setting, or where that is not written, at the webhook's beginning.
    fn wrong_webhook<T>(&mut self, setting: &Setting, advice: impl Into<String>) -> Option<T> {
        let (name, section) = (setting.to_string(), format!("webhooks[{}]", setting.0));
        let origin = self.origins.get(&name).or_else(|| self.origins.get(&section));
        let place = origin.map_or(crate::config::Place::Nowhere, |origin| origin.place.clone());
        let said = |finding: &crate::config::Finding| finding.setting == name && finding.weight == Weight::Mistake;
        if !self.findings.iter().any(said) {
            let advice = advice.into();
            self.findings.push(crate::config::Finding { weight: Weight::Mistake, place, setting: name, advice });
        }
        None
    }
}
