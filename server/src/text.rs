//! Text of strangers, made fit to be shown: in an answer, a page or the log.

use std::fmt::Write;

/// Characters that are shown of a stranger's text; more would only fill the log.
const SHOWN_MAX: usize = 100;

/// Visible ASCII as it is, everything else as `\u{…}`: nothing invisible stays hidden, and nothing turns the reading
/// direction round. What is longer is cut.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(SHOWN_MAX));
    for (count, character) in text.chars().enumerate() {
        if count == SHOWN_MAX {
            shown.push_str("...");
            break;
        }
        match character {
            ' '..='~' => shown.push(character),
            // Writing to a string cannot fail.
            _ => drop(write!(shown, "{}", character.escape_unicode())),
        }
    }
    shown
}

/// After these the rest of a path lets in or shows photos to whoever knows it, and a log is read by more people than that. Such an
/// address is asked for where it is not when it was opened through a tunnel, at `webhook_listen`, or copied with a sign too many.
const SECRET_AFTER: [&str; 3] = ["/admin/link/", "/photo/", "/api/session/"];

/// Characters of a part of a path that may be such a secret wherever it stands, if there is a digit among them.
const SECRET_CHARS_MIN: usize = 20;

/// A path as the log may have it.
pub(crate) fn without_secret(path: &str) -> String {
    let lower = path.to_ascii_lowercase();
    let end = |before: &str| lower.find(before).map(|at| at.saturating_add(before.len()));
    let shown = SECRET_AFTER.iter().filter_map(|before| end(before)).min().and_then(|end| path.get(..end));
    let path = shown.map_or_else(|| path.to_owned(), |shown| format!("{shown}…"));
    let is_secret = |part: &str| part.len() >= SECRET_CHARS_MIN && part.bytes().any(|it| it.is_ascii_digit());
    let parts: Vec<&str> = path.split('/').map(|part| if is_secret(part) { "…" } else { part }).collect();
    parts.join("/")
}

/// A line, in which a link that lets somebody in or shows photos is cut short.
pub fn without_links(line: &str) -> String {
    let opens = |word: &str| SECRET_AFTER.iter().any(|before| word.to_ascii_lowercase().contains(before));
    let words: Vec<String> =
        line.split(' ').map(|word| if opens(word) { without_secret(word) } else { word.to_owned() }).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_in_a_line_is_cut_short_and_the_rest_stays() {
        let line = "Set its password: http://127.0.0.1:5000/admin/link/4f0c  (works once)";
        assert_eq!(without_links(line), "Set its password: http://127.0.0.1:5000/admin/link/…  (works once)");
        let head = "  --head 1:1:c4d4c3a6eaab113b411150a94ac7a41f /var/lib/boothpay/boothpay.db";
        assert_eq!(without_links(head), head);
    }

    #[test]
    fn what_opens_something_is_not_repeated() {
        let link = "4f0c".repeat(16);
        let hidden = [
            ("/admin/link/4f0c".to_owned(), "/admin/link/…"),
            ("/Admin/Link/4f0c/".to_owned(), "/Admin/Link/…"),
            ("/booth/admin/link/4f0c".to_owned(), "/booth/admin/link/…"),
            ("/photo/4f0c/".to_owned(), "/photo/…"),
            ("/api/session/4f0c/photo/1".to_owned(), "/api/session/…"),
            (format!("/admin//link/{link}"), "/admin//link/…"),
            (format!("/admin%2flink%2f{link}"), "/…"),
            (format!("/x/{link}/y"), "/x/…/y"),
        ];
        for (path, shown) in hidden {
            assert_eq!(without_secret(&path), shown);
        }
        for path in
            ["/admin", "/payme/webhook", "/api/payment-status/74S88WN2", "/x-photo", "/a-long-name-without-figures"]
        {
            assert_eq!(without_secret(path), path);
        }
    }

    #[test]
    fn what_cannot_be_seen_is_spelled_out() {
        assert_eq!(visible("photobooth-1"), "photobooth-1");
        assert_eq!(visible("a\u{202e}b\u{200b}\n"), "a\\u{202e}b\\u{200b}\\u{a}");
        assert_eq!(visible(&"x".repeat(200)), format!("{}...", "x".repeat(100)));
    }
}
