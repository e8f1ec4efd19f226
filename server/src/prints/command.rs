//! A print job for a command: it is run, and its exit code says what came of it.
//!
//! It is run once. If this server was stopped meanwhile, nobody knows what came of it, and it is not run again by itself.

use super::Handed;
use crate::command::{self, Ended};
use boothpay_protocol::print::jobs::Report;
use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

/// What may stand in an argument.
pub(crate) const NAMES: [&str; 4] = ["{order}", "{copies}", "{job}", PICTURE];

/// The file of the composed picture.
pub(crate) const PICTURE: &str = "{picture}";

/// A name in braces that stands for nothing.
pub(crate) fn unknown_name(argument: &str) -> Option<String> {
    let (_, rest) = argument.split_once('{')?;
    let (name, _) = rest.split_once('}')?;
    let name = format!("{{{name}}}");
    let known = NAMES.contains(&name.as_str());
    if known { unknown_name(rest) } else { Some(name) }
}

/// Runs it and waits until it has ended, or `patience` is over. Blocks.
pub(crate) fn run(program: &Path, arguments: &[String], handed: &Handed, patience: Duration) -> Report {
    if handed.begun_before {
        let why = "this server was stopped while the command ran".to_owned();
        return Report::Unknown { done: None, why };
    }
    let filled: Result<Vec<OsString>, String> = arguments.iter().map(|argument| filled_in(argument, handed)).collect();
    let arguments = match filled {
        Ok(arguments) => arguments,
        Err(why) => return Report::Failed { done: None, why },
    };
    match command::run(program, arguments, patience) {
        Ended::Well => Report::Printed { done: None },
        Ended::Badly(why) | Ended::NotRun(why) => Report::Failed { done: None, why },
        Ended::Unknown(why) => Report::Unknown { done: None, why },
    }
}

/// Why not, where it names a picture that there is not, or would become an option of the program's: whoever makes orders names them.
fn filled_in(argument: &str, handed: &Handed) -> Result<OsString, String> {
    let order = handed.order.id.as_str();
    let with_order = argument.replace("{order}", order);
    if is_option(&with_order) && !is_option(argument) {
        return Err(format!(
            "the order's id {order} begins with -, so the command would take it for an option; write something before {{order}} \
             in prints.command, for instance order={{order}}"
        ));
    }
    let filled = with_order.replace("{copies}", &handed.left.to_string()).replace("{job}", handed.key.as_str());
    let Some((before, after)) = filled.split_once(PICTURE) else { return Ok(filled.into()) };
    // The path of a file need not be text.
    let mut argument = OsString::from(before);
    let none = "the order has no pictures that were taken at this booth";
    argument.push(handed.picture.as_ref().ok_or(none)?.whole_path());
    argument.push(after);
    Ok(argument)
}

fn is_option(argument: &str) -> bool {
    argument.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::unknown_name;

    #[test]
    fn only_known_names_stand_in_braces() {
        for good in ["", "{order}", "--copies={copies}", "{job}-{order}", "{", "}{"] {
            assert_eq!(unknown_name(good), None, "{good}");
        }
        assert_eq!(unknown_name("{order} {file}").as_deref(), Some("{file}"));
    }
}
