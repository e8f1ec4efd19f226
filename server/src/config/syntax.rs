//! What is wrong with a line that is not TOML, in the owner's words. A line may hold a key, so nothing of it is repeated but
//! digits of a number.

use super::names::{self, in_latin};

/// Digits of a number that a message may repeat: more than any price has, fewer than a card or a key.
const DIGITS_MAX: usize = 9;

/// Advice for a line and what the reader says about it.
pub(super) fn advice(line: &str, message: &str, known: &[String]) -> String {
    let line = line.trim();
    if message.contains("duplicate key") {
        let what = if line.starts_with('[') { "this section" } else { "this setting" };
        return format!("{what} stands a second time in the file. Keep one of the two, and take the other away");
    }
    if line.starts_with("//") || line.starts_with(';') || line.starts_with("--") {
        return "a line that is only for people begins with #".to_owned();
    }
    if line.starts_with('[') && !line.contains('=') {
        let name = in_latin(line.trim_matches(['[', ']', ' ']));
        let is_section = known.iter().any(|path| path.rsplit_once('.').is_some_and(|(section, _)| section == name));
        if is_section && line.ends_with(']') {
            return format!("write the section in Latin letters: [{name}]");
        }
        return "a section is its name in square brackets, alone on the line: [booth]".to_owned();
    }
    let Some((name, value)) = line.split_once('=') else {
        if line.contains(':') {
            return "between name and value stands =, not a colon: name = \"Fotobox\"".to_owned();
        }
        return "a line is name = value, or a section like [booth], or begins with #".to_owned();
    };
    name_advice(name.trim(), known).or_else(|| value_advice(name.trim(), value.trim())).unwrap_or_else(|| {
        match invisible(line) {
            Some(what) => format!("there is {what} in this line; type the line again by hand"),
            None => format!("this line cannot be read: {message}"),
        }
    })
}

fn name_advice(name: &str, known: &[String]) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'');
    if !name.is_empty() && name.chars().all(plain) {
        return None;
    }
    let written = in_latin(name).replace([' ', '\u{a0}'], "_");
    let meant = names::closest(&written, known.iter().map(|path| path.rsplit('.').next().unwrap_or(path)));
    let hint =
        meant.map_or_else(|| "see `boothpay config` for all of them".to_owned(), |it| format!("did you mean {it:?}?"));
    Some(format!("the name before = has other characters than small Latin letters and _; {hint}"))
}

fn value_advice(name: &str, value: &str) -> Option<String> {
    let first = value.chars().next();
    match first {
        None | Some('#') => Some(format!("the value after = is missing; for text it is {name} = \"\"")),
        Some('“' | '”' | '„' | '«' | '»' | '‘' | '’' | '‚' | '`' | '″' | '＂') => {
            Some("the quotes here are not the straight ones. Type \" at both ends of the text".to_owned())
        }
        Some('"') => Some(in_quotes(value, '"')),
        Some('\'') => Some(in_quotes(value, '\'')),
        Some('[' | '{') => None,
        Some(c) if c.is_ascii_digit() || matches!(c, '-' | '.') => Some(number(name, value)),
        Some(_) if is_yes_or_no(value) => Some("write true or false, in small letters and without quotes".to_owned()),
        Some(_) => Some("text stands in quotes: name = \"Fotobox\"".to_owned()),
    }
}

fn in_quotes(value: &str, quote: char) -> String {
    let inner = value.get(1..).unwrap_or("");
    if quote == '"' && inner.contains('\\') {
        return backslash_advice().to_owned();
    }
    match inner.split_once(quote) {
        None => format!("the closing quote ({quote}) is missing"),
        Some((_, rest)) if rest.trim_start().starts_with(',') => {
            "several texts stand in square brackets: [\"one\", \"two\"]".to_owned()
        }
        Some(_) => {
            "nothing may follow the closing quote on the same line, but a note that begins with #. A quote inside a \
                    text is written \\\""
                .to_owned()
        }
    }
}

/// What to do about `\` in double quotes.
pub(super) const fn backslash_advice() -> &'static str {
    "in double quotes \\ has a meaning of its own, so a Windows path comes out wrong. Write it with / (\"D:/fotobox/backups\") \
     or in single quotes ('D:\\fotobox\\backups')"
}

fn number(name: &str, value: &str) -> String {
    let value = value.split('#').next().unwrap_or(value);
    match digits(value) {
        Some(digits) => format!("write the number in digits alone: {name} = {digits}"),
        None => format!(
            "a number is written in digits alone, without spaces, points, commas or words; text stands in quotes: {name} = \"…\""
        ),
    }
}

/// The digits of a number that was written for people: "25 000", "25,000 so'm", "25.000". `None` for anything else.
pub(super) fn digits(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let number = ["сумов", "сума", "сум", "so'm", "soʻm", "so‘m", "som", "soum", "sum", "uzs", "шт", "сек"]
        .iter()
        .find_map(|unit| lower.trim().trim_end_matches('.').strip_suffix(unit))
        .unwrap_or(&lower);
    let mut groups = number.trim().split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '\'' | '’' | '_'));
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_number = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    // "25,5" is no way to write 255.
    let whole = is_number(first) && rest.iter().all(|group| is_number(group) && group.len() == 3);
    let digits = format!("{first}{}", rest.concat());
    // TOML takes no zeros before a number.
    let significant = digits.trim_start_matches('0');
    let digits = if significant.is_empty() { "0".to_owned() } else { significant.to_owned() };
    Some(digits).filter(|digits| whole && digits.len() <= DIGITS_MAX)
}

fn is_yes_or_no(value: &str) -> bool {
    let word = value.split(['#', ' ']).next().unwrap_or(value).to_lowercase();
    matches!(word.as_str(), "true" | "false" | "yes" | "no" | "on" | "off" | "да" | "нет" | "ha" | "yo'q" | "yoʻq")
}

/// The first character that nobody sees, in words.
pub(super) fn invisible(text: &str) -> Option<&'static str> {
    text.chars().find_map(|c| match c {
        '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2009}' => Some("a non-breaking space"),
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}' => {
            Some("an invisible character")
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people_become_digits() {
        for (written, expected) in [
            ("25 000", Some("25000")),
            ("25\u{a0}000", Some("25000")),
            ("25,000", Some("25000")),
            ("25.000", Some("25000")),
            ("25'000", Some("25000")),
            ("1 500 000 сум", Some("1500000")),
            ("25000 so'm", Some("25000")),
            ("25000 UZS", Some("25000")),
            ("25000", Some("25000")),
            ("25,5", None),
            ("25k", None),
            ("", None),
            ("8600123412341234", None),
        ] {
            assert_eq!(digits(written).as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn each_usual_slip_has_its_own_words() {
        let known = ["listen", "booth.base_price", "payme.key"].map(str::to_owned);
        for (line, words) in [
            ("base_price = 25 000", "base_price = 25000"),
            ("base_price = 25 000 сум # новая", "base_price = 25000"),
            ("base_price = 25,5", "in digits alone"),
            ("webhook_listen = 127.0.0.1:5001", "text stands in quotes: webhook_listen = "),
            ("support_phone = +998 90 123-45-67", "text stands in quotes"),
            ("name: \"Fotobox\"", "not a colon"),
            ("// prices", "begins with #"),
            ("; prices", "begins with #"),
            ("[booth", "square brackets"),
            ("booth]", "a line is name = value"),
            ("listen =", "is missing"),
            ("name = Fotobox", "text stands in quotes"),
            ("name = “Fotobox”", "not the straight ones"),
            ("name = «Fotobox»", "not the straight ones"),
            ("name = \"Fotobox", "closing quote"),
            ("folder = \"D:\\new\\xyz\"", "Windows path"),
            ("folder = \"D:\\backups\\\"", "Windows path"),
            ("name = \"Fotobox\" // x", "nothing may follow"),
            ("origins = \"a\", \"b\"", "square brackets"),
            ("additional = True", "true or false"),
            ("additional = да", "true or false"),
            ("base price = 25000", "did you mean \"base_price\"?"),
            ("bаse_priсe = 25000", "did you mean \"base_price\"?"),
        ] {
            let advice = advice(line, "some message", &known);
            assert!(advice.contains(words), "{line}: {advice}");
        }
        assert!(advice("[booth]", "duplicate key", &known).starts_with("this section"));
        assert!(advice("name = 1", "duplicate key", &known).starts_with("this setting"));
    }

    #[test]
    fn nothing_of_the_line_is_repeated() {
        for line in [
            "key = canary",
            "key = \"canary",
            "canary",
            "canary = canary",
            "key = 'canary' canary",
            "key : canary",
            "[canary",
            "key = 5canary",
            "канарейка canary = 1",
            "key = [canary",
        ] {
            let advice = advice(line, "some message", &[]);
            assert!(!advice.contains("canary") || line.starts_with("canary = "), "{line}: {advice}");
        }
    }
}
