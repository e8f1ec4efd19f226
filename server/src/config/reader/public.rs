//! The server's own name in the internet, under which it answers over HTTPS.

use super::Reader;
use crate::config::settings::PublicSettings;
use crate::config::{Config, Mode, paths};
use crate::outgoing::address::HttpAddress;

/// Characters of a name and of a part of it (RFC 1035, section 2.3.4).
const NAME_CHARS_MAX: usize = 253;
const LABEL_CHARS_MAX: usize = 63;

impl Reader {
    /// `Some(None)` where no name is set.
    pub(super) fn public(&mut self, config: &Config, mode: Mode) -> Option<Option<PublicSettings>> {
        let public = &config.public;
        if public.domain.trim().is_empty() {
            return Some(None);
        }
        let domain = match domain(public.domain.trim()) {
            Ok(domain) => Some(domain),
            Err(advice) => self.wrong("public.domain", advice),
        };
        let listen = self.listen("public.listen", &public.listen, mode);
        let http_listen = match public.http_listen.trim() {
            "" => Some(None),
            text => self.listen("public.http_listen", text, mode).map(Some),
        };
        self.outside.public_listen = listen;
        self.outside.public_http_listen = http_listen.flatten();
        let contact = match public.contact.trim() {
            "" => Some(None),
            mail if is_mail(mail) => Some(Some(mail.to_owned())),
            _ => self.wrong("public.contact", "give a mail address, like \"owner@example.uz\", or leave it empty"),
        };
        let authority = self.authority(public.authority.trim());
        let folder = if public.folder.is_empty() {
            self.wrong("public.folder", "give a folder; it is made when the certificate comes")
        } else if let Err(advice) = paths::judge(&public.folder, &self.source("public.folder")) {
            self.wrong("public.folder", advice)
        } else if let Some(advice) = paths::of_another_system(&public.folder) {
            self.wrong("public.folder", advice)
        } else {
            Some(self.folder.join(&public.folder))
        };
        self.outside.certificate_folder.clone_from(&folder);
        Some(Some(PublicSettings {
            domain: domain?,
            listen: listen?,
            http_listen: http_listen?,
            contact: contact?,
            authority: authority?,
            authority_url: public.authority.trim().to_owned(),
            folder: folder?,
        }))
    }

    fn authority(&mut self, text: &str) -> Option<HttpAddress> {
        match HttpAddress::parse(text) {
            Ok(address) if address.is_https => Some(address),
            Ok(_) => self.wrong("public.authority", "begin it with https://"),
            Err(advice) => self.wrong("public.authority", advice),
        }
    }
}

/// A name that a certificate can be for, in lower case; else what to write instead.
fn domain(text: &str) -> Result<String, &'static str> {
    let example = "give the name alone, for instance \"pay.example.uz\": no https://, no port, no path, no star";
    if text.contains("://") || text.contains(['/', ':', '*', '@', ' ']) {
        return Err(example);
    }
    if !text.is_ascii() {
        return Err("a name in other letters than a to z has a second form that begins with xn--; give that one");
    }
    let name = text.trim_end_matches('.').to_ascii_lowercase();
    let proper = |label: &str| {
        !label.is_empty()
            && label.len() <= LABEL_CHARS_MAX
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last_is_number = name.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    if last_is_number && name.split('.').count() == 4 {
        return Err(
            "a certificate is for a name, and this is an address in numbers. Give the name that leads there, for instance \
                    \"pay.example.uz\"",
        );
    }
    if name.len() > NAME_CHARS_MAX || !name.contains('.') || last_is_number || !name.split('.').all(proper) {
        return Err(example);
    }
    Ok(name)
}

fn is_mail(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, ',' | '?' | '<' | '>' | '"' | ':');
    text.split_once('@').is_some_and(|(who, host)| !who.is_empty() && domain(host).is_ok()) && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_a_name_alone() {
        for (text, name) in [
            ("pay.example.uz", "pay.example.uz"),
            ("Pay.Example.UZ.", "pay.example.uz"),
            ("xn--e1afmkfd.uz", "xn--e1afmkfd.uz"),
        ] {
            assert_eq!(domain(text), Ok(name.to_owned()), "{text}");
        }
        let label = "a".repeat(LABEL_CHARS_MAX + 1);
        let long = ["a."; 130].concat() + "uz";
        for text in [
            "https://pay.example.uz",
            "pay.example.uz:443",
            "pay.example.uz/api",
            "*.example.uz",
            "localhost",
            "203.0.113.7",
            "1.2.3.4.5",
            "[::1]",
            "оплата.uz",
            "-a.uz",
            "a-.uz",
            "a..uz",
            "a_b.uz",
            &format!("{label}.uz"),
            &long,
        ] {
            assert!(domain(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_contact_is_one_mail_address() {
        assert!(is_mail("owner@example.uz"));
        for text in ["owner", "@example.uz", "owner@", "a@b.uz,c@d.uz", "mailto:a@b.uz", "Ё@b.uz", "a b@c.uz"] {
            assert!(!is_mail(text), "{text}");
        }
    }
}
