//! All templates: those that are built in, and those of the owner's folder.

use crate::fault::Fault;
use crate::patience::in_time;
use crate::shot::BYTES_MAX;
use crate::template::{Template, read};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The templates that come with the program.
const BUILT_IN: [(&str, &str); 4] = [
    ("single", include_str!("../builtin/single.toml")),
    ("strip", include_str!("../builtin/strip.toml")),
    ("grid", include_str!("../builtin/grid.toml")),
    ("large", include_str!("../builtin/large.toml")),
];

/// Bytes of a template's file: a hundred times what one has.
const TEMPLATE_BYTES_MAX: usize = 100_000;

/// Templates of one folder: more than a customer can look through.
pub const TEMPLATES_MAX: usize = 40;

/// Characters of a layout's id, which is its file's name: enough to tell them apart, and short in a session.
pub const ID_CHARS_MAX: usize = 40;

/// Layouts that a booth offers: as many as fit on the smallest screen.
pub const OFFERED_MAX: usize = 6;

/// A file that is no template, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The file's name.
    pub file: String,
    /// Everything that is wrong with it.
    pub faults: Vec<Fault>,
}

/// What there is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layouts {
    /// Templates that can be drawn: the built-in ones first, then the owner's by name.
    pub templates: Vec<Template>,
    /// Files of the folder that are left out.
    pub refused: Vec<Refused>,
}

impl Layouts {
    /// Reads the built-in templates and those of a folder, if it is there and answers. A template of the owner's takes the place of the
    /// built-in one of its name.
    pub fn read(folder: &Path) -> Self {
        let asked = folder.to_owned();
        in_time(move || Self::read_all(&asked)).unwrap_or_else(|| {
            let mut all = Self::built_in();
            let fault =
                Fault::of_file("the folder does not answer; look whether its disk, or the network drive, is there");
            all.refused.push(Refused { file: folder.display().to_string(), faults: vec![fault] });
            all
        })
    }

    fn built_in() -> Self {
        let mut all = Self::default();
        for (id, text) in BUILT_IN {
            all.keep(id, read(id, text, &|_| Err(io::ErrorKind::NotFound.into())));
        }
        all
    }

    fn read_all(folder: &Path) -> Self {
        let mut all = Self::built_in();
        let files = match files(folder) {
            Ok(files) => files,
            Err(error) => {
                let fault = Fault::of_file(format!("the folder cannot be read: {error}"));
                all.refused.push(Refused { file: folder.display().to_string(), faults: vec![fault] });
                return all;
            }
        };
        for (count, file) in files.iter().enumerate() {
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if count >= TEMPLATES_MAX {
                let fault = Fault::of_file(format!(
                    "there are more than {TEMPLATES_MAX} templates; take some out of the folder"
                ));
                all.refused.push(Refused { file: name, faults: vec![fault] });
                break;
            }
            all.keep(&name, read_file(file));
        }
        all
    }

    /// Reads one template, and no other: what [`Layouts::read`] would find under this id. None also while the folder does not answer
    /// ([`hangs`](crate::hangs)): the built-in one of this name may be another.
    pub fn read_one(folder: &Path, id: &str) -> Option<Template> {
        let (folder, id) = (folder.to_owned(), id.to_owned());
        in_time(move || Self::read_alone(&folder, &id)).flatten()
    }

    fn read_alone(folder: &Path, id: &str) -> Option<Template> {
        let mut files = files(folder).unwrap_or_default();
        files.truncate(TEMPLATES_MAX);
        files.retain(|file| file.file_stem().is_some_and(|stem| stem == id));
        let own = files.iter().rev().find_map(|file| read_file(file).ok());
        let built_in = || BUILT_IN.into_iter().find(|(name, _)| *name == id);
        own.or_else(|| built_in().and_then(|(id, text)| read(id, text, &|_| Err(io::ErrorKind::NotFound.into())).ok()))
    }

    fn keep(&mut self, file: &str, read: Result<Template, Vec<Fault>>) {
        match read {
            Ok(template) => match self.templates.iter_mut().find(|known| known.id == template.id) {
                Some(known) => *known = template,
                None => self.templates.push(template),
            },
            Err(faults) => self.refused.push(Refused { file: file.to_owned(), faults }),
        }
    }

    /// Whether a template of this id comes with the program.
    pub fn is_built_in(id: &str) -> bool {
        BUILT_IN.iter().any(|(known, _)| *known == id)
    }

    /// A template by its id.
    pub fn one(&self, id: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.id == id)
    }
}

/// The files of a folder that may be templates, by name; hidden ones are an editor's, or the system's. A folder that is not there has none.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    let is_hidden = |file: &Path| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    files.retain(|file| file.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml")) && !is_hidden(file));
    files.sort();
    Ok(files)
}

/// Reads one template from its file.
pub fn read_file(file: &Path) -> Result<Template, Vec<Fault>> {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = file.parent().unwrap_or_else(|| Path::new("."));
    let bytes = || read_up_to(file, TEMPLATE_BYTES_MAX);
    judged(name, bytes, &|name| read_beside(folder, name))
}

/// Judges what is to be a template's file, before it lies anywhere. `beside` gives the files that will lie beside it.
pub fn judge(
    file_name: &str,
    bytes: &[u8],
    beside: &dyn Fn(&str) -> io::Result<Vec<u8>>,
) -> Result<Template, Vec<Fault>> {
    let bytes =
        || if bytes.len() > TEMPLATE_BYTES_MAX { Err(too_long(TEMPLATE_BYTES_MAX)) } else { Ok(bytes.to_vec()) };
    judged(file_name, bytes, beside)
}

/// A picture that lies in a folder beside a template.
pub fn read_beside(folder: &Path, name: &str) -> io::Result<Vec<u8>> {
    read_up_to(&folder.join(name), BYTES_MAX)
}

fn judged(
    file_name: &str,
    bytes: impl Fn() -> io::Result<Vec<u8>>,
    beside: &dyn Fn(&str) -> io::Result<Vec<u8>>,
) -> Result<Template, Vec<Fault>> {
    let of_file = |advice: String| vec![Fault::of_file(advice)];
    let id = Path::new(file_name).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let proper = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if id.is_empty() || id.len() > ID_CHARS_MAX || !id.bytes().all(proper) {
        return Err(of_file(
            "the file's name has other characters than Latin letters, digits, - and _; rename it".to_owned(),
        ));
    }
    let bytes = bytes().map_err(|error| {
        of_file(if error.kind() == io::ErrorKind::NotFound {
            "there is no such file; look at its name, and in which folder it lies".to_owned()
        } else {
            format!("it cannot be read: {error}")
        })
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| of_file("it is no text in UTF-8; choose UTF-8 where your editor saves it".to_owned()))?;
    // Windows' Notepad writes this at the beginning.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let template = read(id, text, beside)?;
    Ok(Template { file: Some(file_name.to_owned()), ..template })
}

fn too_long(most: usize) -> io::Error {
    io::Error::other(format!("it has more than {most} bytes"))
}

fn read_up_to(file: &Path, most: usize) -> io::Result<Vec<u8>> {
    // Opening a pipe would wait for whoever writes into it.
    if !fs::metadata(file)?.is_file() {
        return Err(io::Error::other("it is no ordinary file"));
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    fs::File::open(file)?.take(limit).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        return Err(too_long(most));
    }
    Ok(bytes)
}
