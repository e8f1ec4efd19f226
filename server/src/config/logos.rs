//! The wallets' official logos, which we may not ship: files that the owner puts into the folder `logos` beside his settings, named
//! by wallet. A file that is no picture stops nothing: the page shows the wallet's name, and `check` says what is wrong.

use super::finding::{Finding, Place, Weight};
use super::picture::{Picture, Wanted};
use boothpay_protocol::ledger::provider::Provider;
use std::collections::BTreeMap;
use std::path::Path;

/// The folder's name.
pub(super) const FOLDER: &str = "logos";

/// How the files' names may end.
const ENDINGS: [&str; 5] = ["svg", "png", "webp", "jpg", "jpeg"];

/// The logos by wallet.
pub type Logos = BTreeMap<Provider, Picture>;

/// Files that are remarked on; a folder that is full of something else is told of once.
const REMARKS_MAX: usize = 8;

/// Reads the folder; none is as good as an empty one.
pub(super) fn read(settings_folder: &Path) -> (Logos, Vec<Finding>) {
    let folder = settings_folder.join(FOLDER);
    let (mut logos, mut remarks) = (Logos::new(), Vec::new());
    let Ok(entries) = std::fs::read_dir(&folder) else { return (logos, remarks) };
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok().map(|entry| entry.file_name().to_string_lossy().into_owned())).collect();
    names.sort();
    // Notes and the litter of file managers are nobody's mistake.
    names.retain(|name| !name.starts_with('.') && !is_litter(name));
    for name in &names {
        match one(&folder, name, &logos) {
            Ok((wallet, picture)) => {
                logos.insert(wallet, picture);
            }
            Err(advice) => remarks.push(remark(advice)),
        }
    }
    remarks.truncate(REMARKS_MAX);
    (logos, remarks)
}

fn one(folder: &Path, name: &str, known: &Logos) -> Result<(Provider, Picture), String> {
    let lower = name.to_lowercase();
    let (stem, ending) = lower.rsplit_once('.').unwrap_or((&lower, ""));
    let possible = "payme, click, uzum or uzqr with .svg, .png, .webp or .jpg behind it";
    let wallet = Provider::from_word(stem)
        .filter(|wallet| !matches!(wallet, Provider::Test | Provider::UzumQr) && ENDINGS.contains(&ending));
    let Some(wallet) = wallet else {
        return Err(format!("{FOLDER}/{name} is not used: a logo's file is called {possible}"));
    };
    if known.contains_key(&wallet) {
        return Err(format!("{FOLDER}/{name} is not used: there is another logo for {}", wallet.word()));
    }
    let picture = Picture::read(&folder.join(name), Wanted::Any);
    let picture = picture.map_err(|why| format!("{why}. Until then the screen shows the wallet's name"))?;
    Ok((wallet, picture))
}

fn is_litter(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower == "thumbs.db" || lower == "desktop.ini" || lower.ends_with(".txt") || lower.ends_with(".md")
}

fn remark(advice: String) -> Finding {
    Finding { weight: Weight::Remark, place: Place::Nowhere, setting: String::new(), advice }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logos_are_found_by_wallet_and_bad_ones_are_remarks() {
        let settings = tempfile::tempdir().unwrap();
        let folder = settings.path().join(FOLDER);
        assert!(read(settings.path()).0.is_empty(), "no folder");
        std::fs::create_dir(&folder).unwrap();
        let svg = "<svg></svg>";
        for name in
            ["Payme.SVG", "click.svg", "click.png", "uzqr.svg", "paymee.svg", "test.svg", "uzum.gif", "readme.txt"]
        {
            std::fs::write(folder.join(name), svg).unwrap();
        }
        std::fs::write(folder.join("uzum.png"), "<html>").unwrap();
        let (logos, remarks) = read(settings.path());
        assert_eq!(logos.keys().copied().collect::<Vec<_>>(), [Provider::Payme, Provider::Click, Provider::Uzqr]);
        let said: Vec<&str> = remarks.iter().map(|remark| remark.advice.as_str()).collect();
        let named = |name: &str| said.iter().filter(|advice| advice.contains(name)).count();
        for odd in ["click.svg", "paymee.svg", "test.svg", "uzum.gif", "uzum.png"] {
            assert_eq!(named(odd), 1, "{odd}: {said:?}");
        }
        assert!(remarks.iter().all(|remark| remark.weight == Weight::Remark));
        assert_eq!((said.len(), named("readme")), (5, 0), "{said:?}");
    }
}
