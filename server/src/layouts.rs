//! The owner's folder of layouts, as the panel changes it: a template comes with its pictures, or goes with them. Nothing outside of the
//! folder is touched: names are single names of Latin letters, checked before anything is written.
//!
//! A template is judged whole before a byte of it lies in the folder, and its pictures are there before it, so a customer never meets half of
//! one. Files are read anew for each customer, so all of it counts at once.

use crate::config::whole;
use axum::body::Bytes;
use boothpay_layouts::{
    Fault, ID_CHARS_MAX, Layouts, Papers, TEMPLATES_MAX, Template, Words, judge, read_beside, sample,
};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Files of one template: itself, and its two pictures.
pub(crate) const FILES_MAX: usize = 3;

/// Pixels of the longer side of a layout's picture in the panel: a card has this much room on a phone.
pub(crate) const SAMPLE_SIDE: u32 = 420;

/// How names of pictures end.
const PICTURES: [&str; 3] = ["png", "jpg", "jpeg"];

/// Names that Windows takes for devices, whatever they end with.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A file that somebody brings.
#[derive(Clone, Debug)]
pub(crate) struct Brought {
    /// As he calls it.
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

/// Why files are not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// Not one template, or more files than it can have.
    NotOne,
    /// A name that no file there may have, or the same twice.
    Name(String),
    /// The template is wrong.
    Faults(String, Vec<Fault>),
    /// A picture that the template does not name.
    Stray(String),
    /// A picture of this name is there, differs, and another layout is made with it.
    OthersPicture(String, String),
    /// The folder has as many templates as are read.
    Full,
}

/// What will be done to the folder.
#[derive(Debug)]
pub(crate) struct Change {
    /// The names of the files, the template last or alone.
    pub(crate) names: Vec<String>,
    /// Whether a template of this name was there.
    pub(crate) replaces: bool,
    folder: PathBuf,
    files: Vec<(String, Bytes)>,
    gone: Vec<String>,
}

impl Change {
    /// Does it.
    pub(crate) fn carry_out(&self) -> io::Result<()> {
        if !self.files.is_empty() {
            fs::create_dir_all(&self.folder)?;
        }
        for (name, bytes) in &self.files {
            whole::write_for_all(&self.folder.join(name), bytes)?;
        }
        self.gone.iter().try_for_each(|name| whole::remove(&self.folder.join(name)))
    }
}

/// Judges files that are brought.
pub(crate) fn bring(folder: &Path, papers: &Papers, brought: &[Brought]) -> Result<Change, NotTaken> {
    let mut files: Vec<(String, Bytes)> = Vec::new();
    for one in brought {
        let name = kept_name(&one.name).ok_or_else(|| NotTaken::Name(one.name.clone()))?;
        if files.iter().any(|(other, _)| other.eq_ignore_ascii_case(&name)) {
            return Err(NotTaken::Name(one.name.clone()));
        }
        files.push((name, one.bytes.clone()));
    }
    // The template after its pictures.
    files.sort_by_key(|(name, _)| is_template(name));
    let Some((template_name, bytes)) = files.last().cloned().filter(|(name, _)| is_template(name)) else {
        return Err(NotTaken::NotOne);
    };
    if files.len() > FILES_MAX || files.iter().filter(|(name, _)| is_template(name)).count() > 1 {
        return Err(NotTaken::NotOne);
    }
    let beside = |wanted: &str| match files.iter().find(|(name, _)| name == wanted) {
        Some((_, bytes)) => Ok(bytes.to_vec()),
        None => read_beside(folder, wanted),
    };
    let faults = |faults| NotTaken::Faults(template_name.clone(), faults);
    let template = judge(&template_name, &bytes, &beside).map_err(faults)?;
    // What is drawn small here is drawn large for customers.
    sample(&template, Words::default(), papers, SAMPLE_SIDE)
        .map_err(|error| faults(vec![Fault { line: None, advice: error.to_string() }]))?;
    let there = Layouts::read(folder);
    let others: Vec<&Template> = there.templates.iter().filter(|other| other.id != template.id).collect();
    for (name, bytes) in files.iter().filter(|(name, _)| !is_template(name)) {
        if !template.pictures.contains(name) {
            return Err(NotTaken::Stray(name.clone()));
        }
        let other = others.iter().find(|other| other.pictures.contains(name));
        if let Some(other) = other.filter(|_| read_beside(folder, name).is_ok_and(|there| there != bytes[..])) {
            return Err(NotTaken::OthersPicture(name.clone(), other.id.clone()));
        }
    }
    let own: Vec<&str> = there.templates.iter().filter_map(|it| it.file.as_deref()).collect();
    let refused = there.refused.iter().map(|it| it.file.as_str());
    let replaces = own.iter().copied().chain(refused.clone()).any(|name| name == template_name);
    if !replaces && own.len().saturating_add(refused.count()) >= TEMPLATES_MAX {
        return Err(NotTaken::Full);
    }
    let names = files.iter().map(|(name, _)| name.clone()).collect();
    Ok(Change { names, replaces, folder: folder.to_owned(), files, gone: Vec::new() })
}

/// What becomes of the folder when the template in this file goes, also one that is refused; none where there is no such file. Its pictures
/// go with it, as far as no other layout is known to need them.
pub(crate) fn away(folder: &Path, file: &str) -> Option<Change> {
    let there = Layouts::read(folder);
    let template = there.templates.iter().find(|it| it.file.as_deref() == Some(file));
    let is_refused = there.refused.iter().any(|it| it.file == file && is_own(file));
    if template.is_none() && !is_refused {
        return None;
    }
    let is_needed = |picture: &&String| {
        let others = there.templates.iter().filter(|it| it.file.as_deref() != Some(file));
        // What a refused file names is not known.
        !there.refused.is_empty() || others.flat_map(|it| &it.pictures).any(|other| other == *picture)
    };
    let pictures = template.into_iter().flat_map(|it| &it.pictures).filter(|it| !is_needed(it) && is_single(it));
    let mut gone = vec![file.to_owned()];
    for picture in pictures {
        if !gone.contains(picture) {
            gone.push(picture.clone());
        }
    }
    let names = gone.clone();
    Some(Change { names, replaces: false, folder: folder.to_owned(), files: Vec::new(), gone })
}

/// The name under which a file is kept, by what a browser calls it; some browsers say the whole path.
fn kept_name(given: &str) -> Option<String> {
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let (stem, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    let proper = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let lower = stem.to_ascii_lowercase();
    let port = |kind: &str| lower.strip_prefix(kind).is_some_and(|rest| rest.len() == 1 && rest.parse::<u8>().is_ok());
    let is_device = DEVICES.contains(&lower.as_str()) || port("com") || port("lpt");
    let fits = (1..=ID_CHARS_MAX).contains(&stem.len()) && stem.bytes().all(proper) && !is_device;
    // The template names its pictures exactly so, the ending too.
    (fits && (ending == "toml" || PICTURES.contains(&ending.as_str()))).then(|| name.to_owned())
}

/// Whether a name is that of a template's file in the folder.
pub(crate) fn is_own(name: &str) -> bool {
    is_template(name) && is_single(name)
}

/// Whether a name is that of a template's file.
fn is_template(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"))
}

/// Whether a name leads nowhere but into the folder.
fn is_single(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEDDING: &str = "name = \"Wedding\"\nsize = \"4x6\"\nbackground = \"paper.png\"\n[[picture]]\nx = 0\ny = 0\nwidth = 1\nheight = 0.8\n";

    fn png(shade: u8) -> Bytes {
        let mut bytes = io::Cursor::new(Vec::new());
        let picture = image::RgbImage::from_pixel(30, 45, image::Rgb([shade; 3]));
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        Bytes::from(bytes.into_inner())
    }

    fn brought(name: &str, bytes: impl Into<Bytes>) -> Brought {
        Brought { name: name.to_owned(), bytes: bytes.into() }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn judged(folder: &Path, files: &[Brought]) -> Result<Change, NotTaken> {
        bring(folder, &Papers::default(), files)
    }

    #[test]
    fn a_template_comes_with_its_picture_and_goes_with_it() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("layouts");
        let both = [brought("C:\\fakepath\\wedding.toml", WEDDING), brought("paper.png", png(200))];
        let change = judged(&folder, &both).unwrap();
        assert!(!folder.exists() && !change.replaces, "judged, and nothing written");
        change.carry_out().unwrap();
        assert_eq!(names(&folder), ["paper.png", "wedding.toml"]);
        assert!(Layouts::read(&folder).one("wedding").is_some());
        assert!(judged(&folder, &[brought("wedding.toml", WEDDING)]).unwrap().replaces, "its picture lies there");

        // A picture that another layout needs is neither painted over nor taken away.
        judged(&folder, &[brought("party.toml", WEDDING)]).unwrap().carry_out().unwrap();
        let over = [brought("party.toml", WEDDING), brought("paper.png", png(9))];
        assert_eq!(
            judged(&folder, &over).unwrap_err(),
            NotTaken::OthersPicture("paper.png".to_owned(), "wedding".to_owned())
        );
        let change = away(&folder, "party.toml").unwrap();
        assert_eq!(change.names, ["party.toml"]);
        change.carry_out().unwrap();
        away(&folder, "wedding.toml").unwrap().carry_out().unwrap();
        assert!(names(&folder).is_empty());
        assert!(away(&folder, "wedding.toml").is_none() && away(&folder, "single.toml").is_none());
    }

    #[test]
    fn names_that_lead_elsewhere_or_are_none_of_ours_are_not_kept() {
        let home = tempfile::tempdir().unwrap();
        for bad in ["свадьба.toml", "a b.toml", ".toml", "toml", "a.toml.exe", "a.b.toml", "nul.toml", "COM1.png", ""]
        {
            let refused = judged(home.path(), &[brought(bad, WEDDING)]).unwrap_err();
            assert_eq!(refused, NotTaken::Name(bad.to_owned()));
        }
        // Of a path only the last name counts, so it lies in the folder.
        let change =
            judged(home.path(), &[brought("../../x.toml", WEDDING), brought("/etc/paper.png", png(1))]).unwrap();
        assert_eq!(change.names, ["paper.png", "x.toml"]);
        for file in ["../x.toml", "..", "/etc/passwd", "paper.png"] {
            assert!(away(home.path(), file).is_none(), "{file}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_nothing_is_written() {
        let home = tempfile::tempdir().unwrap();
        let wide = WEDDING.replace("width = 1", "width = 100");
        let refused = judged(home.path(), &[brought("a.toml", wide), brought("paper.png", png(1))]).unwrap_err();
        let NotTaken::Faults(file, faults) = &refused else { panic!("{refused:?}") };
        assert_eq!((file.as_str(), faults.first().unwrap().line), ("a.toml", Some(7)));
        let NotTaken::Faults(..) = judged(home.path(), &[brought("a.toml", WEDDING)]).unwrap_err() else {
            panic!("its picture is missing")
        };
        let two = [brought("a.toml", WEDDING), brought("b.toml", WEDDING)];
        assert_eq!(judged(home.path(), &two).unwrap_err(), NotTaken::NotOne);
        assert_eq!(judged(home.path(), &[brought("paper.png", png(1))]).unwrap_err(), NotTaken::NotOne);
        let stray = [brought("a.toml", WEDDING), brought("paper.png", png(1)), brought("more.png", png(1))];
        assert_eq!(judged(home.path(), &stray).unwrap_err(), NotTaken::Stray("more.png".to_owned()));
        let twice = [brought("a.toml", WEDDING), brought("A.toml", WEDDING)];
        assert_eq!(judged(home.path(), &twice).unwrap_err(), NotTaken::Name("A.toml".to_owned()));
        assert!(names(home.path()).is_empty());
    }
}
