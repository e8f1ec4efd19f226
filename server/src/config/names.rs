//! Names of settings: which one was meant, and which variables of the environment are other programs'.

/// The prefix of every setting in the environment.
pub(super) const PREFIX: &str = "BOOTHPAY_";

/// Letters that may differ between what was written and what was meant.
const DISTANCE_MAX: usize = 3;

/// Characters of a name that a message may repeat. A key pasted where a name belongs is longer.
const NAME_CHARS_MAX: usize = 24;

/// The name that was probably meant, if one is near.
pub(super) fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = in_latin(name);
    let near = known.map(|candidate| (distance(&name, &candidate.to_lowercase()), candidate)).min();
    // Three letters of a name of four are not the same name.
    near.filter(|(distance, candidate)| *distance <= DISTANCE_MAX.min(candidate.len() / 2).max(2)).map(|(_, name)| name)
}

/// A name as a message shows it. What is no name, a key perhaps, is not repeated.
pub(super) fn shown(name: &str) -> String {
    if is_plain(name) { format!("{name:?}") } else { "of the name that is written here".to_owned() }
}

/// Whether a text looks like a name, and not like a key.
pub(super) fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_alphabetic() || c == '_' || c == '-' || c == '.';
    name.chars().count() <= NAME_CHARS_MAX && name.chars().all(plain)
}

/// The same of a setting with its section.
pub(super) fn shown_path(setting: &str) -> String {
    if setting.split('.').all(is_plain) { setting.to_owned() } else { "a name that is no setting's".to_owned() }
}

/// In small Latin letters: Cyrillic ones that look the same count as what they look like.
pub(super) fn in_latin(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).map(|c| look_alike(c).unwrap_or(c)).collect()
}

/// Cyrillic and Greek letters, each before the Latin letter that it looks like.
const LOOK_ALIKES: &str = "аaвbсcеeнhкkмmоoрpтtуyхxіiјjѕsАAВBСCЕEНHКKМMОOРPТTУYХXІIЈJЅSοoαaΑAΒBΕEΟO";

/// All of them.
pub(crate) fn look_alikes() -> impl Iterator<Item = (char, char)> {
    LOOK_ALIKES.chars().step_by(2).zip(LOOK_ALIKES.chars().skip(1).step_by(2))
}

/// The Latin letter that a Cyrillic or Greek one looks like.
pub(crate) fn look_alike(c: char) -> Option<char> {
    look_alikes().find(|(theirs, _)| *theirs == c).map(|(_, latin)| latin)
}

/// Whether a variable is of another program's making although its name begins with ours: container platforms tell each
/// service of the others (`BOOTHPAY_SERVICE_HOST`, `BOOTHPAY_PORT_5000_TCP_ADDR`), hosts of programs give `PORT`s.
pub(super) fn is_of_a_platform(variable: &str) -> bool {
    if matches!(
        variable,
        "BOOTHPAY_SANDBOX_KEY" | "BOOTHPAY_SANDBOX_API_TOKEN" | "BOOTHPAY_NAME" | "BOOTHPAY_HOME" | "BOOTHPAY_VERSION"
    ) {
        return true;
    }
    // A service called boothpay-web gives BOOTHPAY_WEB_PORT; a docker link's copy of an environment BOOTHPAY_ENV_PATH.
    let words: Vec<&str> = variable.split('_').skip(1).collect();
    let number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    match words.as_slice() {
        ["ENV", ..] | [.., "SERVICE", "HOST"] | [.., "PORT"] => true,
        [.., "PORT", port, "TCP" | "UDP" | "SCTP"] | [.., "PORT", port, "TCP" | "UDP" | "SCTP", "ADDR" | "PROTO"] => {
            number(port)
        }
        words => words.windows(2).any(|pair| pair == ["SERVICE", "PORT"]),
    }
}

/// How many letters differ, at the least (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = *cell;
            left = substituted.min(left + 1).min(*cell + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_container_platforms_are_not_ours() {
        for theirs in [
            "BOOTHPAY_PORT",
            "BOOTHPAY_SERVICE_HOST",
            "BOOTHPAY_SERVICE_PORT",
            "BOOTHPAY_SERVICE_PORT_HTTP",
            "BOOTHPAY_PORT_5000_TCP",
            "BOOTHPAY_PORT_5000_TCP_ADDR",
            "BOOTHPAY_PORT_5000_TCP_PORT",
            "BOOTHPAY_PORT_5000_UDP_PROTO",
            "BOOTHPAY_WEB_SERVICE_HOST",
            "BOOTHPAY_WEB_PORT_80_TCP",
            "BOOTHPAY_1_PORT",
            "BOOTHPAY_NAME",
            "BOOTHPAY_ENV_PATH",
            "BOOTHPAY_SANDBOX_KEY",
        ] {
            assert!(is_of_a_platform(theirs), "{theirs}");
        }
        for ours in
            ["BOOTHPAY_PAYME_KYE", "BOOTHPAY_LISTEM", "BOOTHPAY_COLOUR", "BOOTHPAY_PORTS", "BOOTHPAY_PORT_X_TCP"]
        {
            assert!(!is_of_a_platform(ours), "{ours}");
        }
    }

    #[test]
    fn the_name_that_was_meant_is_found_also_in_cyrillic_letters() {
        let known = ["listen", "webhook_listen", "database", "key"];
        let meant = |name| closest(name, known.into_iter());
        assert_eq!(meant("lisen"), Some("listen"));
        assert_eq!(meant("LISTEN"), Some("listen"));
        assert_eq!(meant("dаtаbаsе"), Some("database"));
        assert_eq!(meant("kye"), Some("key"));
        assert_eq!(meant("colour"), None);
    }

    #[test]
    fn a_key_in_a_names_place_is_not_shown() {
        assert_eq!(shown("lisen"), "\"lisen\"");
        for secret in ["canary4711", "canarycanarycanarycanarycanary", "a b", "k&y"] {
            assert!(!shown(secret).contains(secret), "{secret}");
        }
    }
}
