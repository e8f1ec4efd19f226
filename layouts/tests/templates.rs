//! Templates of an owner's folder: what is taken, what is refused and in which words, and that a bad one harms no other.

use boothpay_layouts::{Layouts, Template, read_file};
use std::fs;
use std::path::Path;

const GOOD: &str = r##"name = "Mine"
size = "4x6"
colour = "#102030"
[[picture]]
x = 0.1
y = 0.1
width = 0.8
height = 0.7
[[text]]
text = "Toʻy {date}"
x = 0.5
y = 0.85
height = 0.08
align = "center"
"##;

/// What is told of a template, one fault a line.
fn told(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    fs::write(&file, text).unwrap();
    match read_file(&file) {
        Ok(_) => String::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}

#[test]
fn the_built_in_ones_are_there_without_a_folder() {
    let all = Layouts::read(Path::new("/there/is/no/such/folder"));
    let ids: Vec<&str> = all.templates.iter().map(|template| template.id.as_str()).collect();
    assert_eq!(ids, ["single", "strip", "grid", "large"]);
    assert_eq!(all.refused, []);
    let shots: Vec<usize> = all.templates.iter().map(|template| template.shots).collect();
    assert_eq!(shots, [1, 4, 4, 3]);
}

#[test]
fn a_file_in_the_folder_is_a_layout_and_a_bad_one_harms_no_other() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.toml"), GOOD).unwrap();
    fs::write(folder.path().join("bad.toml"), "name = \"Bad\"\nsize = \"A4\"\n").unwrap();
    fs::write(folder.path().join("Свадьба.toml"), GOOD).unwrap();
    fs::write(folder.path().join("grid.toml"), GOOD.replace("Mine", "My grid")).unwrap();
    fs::write(folder.path().join("notes.txt"), "no template").unwrap();
    let all = Layouts::read(folder.path());
    assert_eq!(all.templates.len(), 5);
    assert_eq!(all.one("mine").unwrap().names.ru, "Mine");
    assert_eq!(all.one("grid").unwrap().names.en, "My grid", "the owner's takes the place of the built-in one");
    let refused: Vec<&str> = all.refused.iter().map(|refused| refused.file.as_str()).collect();
    assert_eq!(refused, ["bad.toml", "Свадьба.toml"]);
    assert!(all.refused[1].faults[0].advice.contains("Latin letters"));

    fs::write(folder.path().join("strip.toml"), "name = \"Bad\"").unwrap();
    let all = Layouts::read(folder.path());
    for id in ["single", "mine", "grid", "strip", "bad", "Свадьба", "notes", "../mine", ""] {
        let name = |template: &Template| template.names.en.clone();
        let alone = Layouts::read_one(folder.path(), id);
        assert_eq!(alone.as_ref().map(name), all.one(id).map(name), "{id}: one is read as all are");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    assert_eq!(told(GOOD), "");
    assert_eq!(told(&GOOD.replace("4x6", "4х6")), "", "a Russian letter in the size");
    assert_eq!(told(&format!("\u{feff}{GOOD}")), "", "Notepad's beginning");
    for (from, to, expected) in [
        ("4x6", "10x15", "line 2: the size is one of \"4x6\", \"6x4\""),
        ("#102030", "blue", "line 3: a colour is # and six digits"),
        ("x = 0.1", "x = 10", "line 5: x is 10, but positions and sizes are shares between 0 and 1"),
        ("width = 0.8", "width = 0.95", "line 7: it begins at 0.1 and width is 0.95, so it would end beyond the paper"),
        ("width = 0.8", "width = \"0.8\"", "line 7: a number stands without quotes"),
        ("width = 0.8", "width = 0", "line 7: width is 0, so nothing would be seen"),
        ("width = 0.8", "width = 1e-12", "line 7: width is 0.000000000001, so nothing would be seen"),
        ("height = 0.08", "height = 0.0003", "line 13: height is 0.0003, so nothing would be seen"),
        ("width = 0.8", "widht = 0.8", "line 7: there is no \"widht\" here"),
        ("height = 0.7", "", "line 4: \"height\" is missing"),
        ("align =", "width = 0\nalign =", "width is 0, so nothing would be seen"),
        ("{date}", "{time}", "line 10: in braces only {date}, {order}, {booth} can stand"),
        ("Toʻy", "婚", "line 10: the letters of prints have no '婚'"),
        ("\"center\"", "\"middle\"", "line 14: align is"),
        ("[[picture]]", "[picture]", "double brackets"),
        ("name = \"Mine\"", "name = “Mine”", "line 1: this line cannot be read"),
        ("name = \"Mine\"", "name = \"\"", "line 1: a name has 1 to 40 characters"),
        ("size", "frame = \"frame.png\"\nsize", "line 2: there is no file \"frame.png\" beside this one"),
        ("size", "frame = \"../frame.png\"\nsize", "line 2: give the name of a file in the template's own folder"),
        ("size", "pixels = \"big\"\nsize", "line 2: pixels are width x height"),
        ("y = 0.1", "y = 0.1\nshot = 2", "shot 1 is in no picture"),
    ] {
        let said = told(&GOOD.replacen(from, to, 1));
        assert!(said.contains(expected), "{from:?} -> {to:?}: {said}");
    }
    let both = told(&GOOD.replace("4x6", "A4").replace("#102030", "blue"));
    assert!(both.contains("line 2: ") && both.contains("line 3: "), "everything is told at once: {both}");
    assert!(told("name = \"Mine\"\nsize = \"4x6\"\n").contains("no picture in it"));
}

#[test]
fn of_a_file_that_is_wrong_all_over_only_the_first_faults_are_told() {
    let picture = "[[picture]]\nx = 2\ny = 0\nwidth = 1\nheight = 1\n";
    let said = told(&format!("name = \"Mine\"\nsize = \"4x6\"\n{}", picture.repeat(300)));
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 11, "{said}");
    assert!(lines[0].starts_with("line 4: x is 2"), "{said}");
    assert!(lines[10].ends_with("more; mend these first"), "{said}");
}

#[test]
fn a_hidden_file_is_nobodys_template() {
    let folder = tempfile::tempdir().unwrap();
    for hidden in [".mine.toml", "._mine.toml"] {
        fs::write(folder.path().join(hidden), "rubbish").unwrap();
    }
    let all = Layouts::read(folder.path());
    assert_eq!((all.templates.len(), all.refused), (4, Vec::new()));
}

/// Whoever opens a pipe waits for its other end.
#[cfg(unix)]
#[test]
fn a_pipe_in_the_folder_is_refused_and_keeps_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = |name: &str| {
        let made = std::process::Command::new("mkfifo").arg(folder.path().join(name)).status().unwrap();
        assert!(made.success());
    };
    pipe("pipe.toml");
    pipe("back.png");
    fs::write(folder.path().join("mine.toml"), format!("background = \"back.png\"\n{GOOD}")).unwrap();
    fs::create_dir(folder.path().join("folder.toml")).unwrap();
    let all = Layouts::read(folder.path());
    assert_eq!(all.templates.len(), 4);
    let advice: Vec<&str> = all.refused.iter().map(|refused| refused.faults[0].advice.as_str()).collect();
    assert_eq!(
        advice,
        [
            "it cannot be read: it is no ordinary file",
            "\"back.png\" cannot be read: it is no ordinary file",
            "it cannot be read: it is no ordinary file"
        ]
    );
    assert!(Layouts::read_one(folder.path(), "pipe").is_none());
    assert!(!boothpay_layouts::hangs());
}

#[test]
fn a_frame_that_covers_the_shots_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    fs::write(&file, format!("frame = \"frame.png\"\n{GOOD}")).unwrap();
    image::RgbImage::new(4, 4).save(folder.path().join("frame.png")).unwrap();
    let faults = read_file(&file).unwrap_err();
    assert!(faults[0].advice.contains("would cover the shots"), "{faults:?}");
    image::RgbaImage::new(4, 4).save(folder.path().join("frame.png")).unwrap();
    assert!(read_file(&file).is_ok());
    fs::write(folder.path().join("frame.png"), "no picture").unwrap();
    assert!(read_file(&file).unwrap_err()[0].advice.contains("no JPEG or PNG"));
}

#[test]
fn a_background_that_was_not_copied_whole_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    for name in ["back.jpg", "back.png"] {
        let back = folder.path().join(name);
        fs::write(&file, format!("background = \"{name}\"\n{GOOD}")).unwrap();
        image::RgbImage::from_fn(300, 200, |x, y| {
            image::Rgb([x, y, x * y].map(|part| u8::try_from(part % 251).unwrap()))
        })
        .save(&back)
        .unwrap();
        assert!(read_file(&file).is_ok(), "{name}");
        let whole = fs::read(&back).unwrap();
        fs::write(&back, &whole[..whole.len() * 9 / 10]).unwrap();
        let faults = read_file(&file).unwrap_err();
        assert!(
            faults[0].to_string().starts_with(&format!("line 1: \"{name}\": the picture is damaged")),
            "{faults:?}"
        );
    }
}
