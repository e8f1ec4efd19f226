//! `boothpay layout` as an owner uses it: lists, checks, draws; and `boothpay check` tells of a template that is wrong.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn boothpay(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_boothpay"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BOOTHPAY_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

const WEDDING: &str = "name = \"Wedding\"\nsize = \"4x6\"\n[[picture]]\nx = 0\ny = 0\nwidth = 1\nheight = 0.8\n";

#[test]
fn an_owner_sees_his_template_before_a_customer_does() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("layouts")).unwrap();
    fs::write(folder.join("layouts/wedding.toml"), WEDDING).unwrap();
    fs::write(folder.join("boothpay.toml"), "[layouts]\npixels_4x6 = \"1240x1844\"\n").unwrap();
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src/photos/samples/phone.jpg"),
        folder.join("a.jpg"),
    )
    .unwrap();

    let list = said(&boothpay(folder, &["layout", "list"]));
    for part in ["single", "strip", "grid", "large", "not offered", "wedding", "1240 x 1844"] {
        assert!(list.contains(part), "{part}: {list}");
    }
    let check = boothpay(folder, &["layout", "check", "layouts/wedding.toml"]);
    assert!(check.status.success(), "{}", said(&check));
    for (template, out) in [("wedding", "print.png"), ("layouts/wedding.toml", "print.jpg"), ("strip", "strip.png")] {
        let drawn = boothpay(folder, &["layout", "draw", template, "--pictures", "a.jpg", "--out", out, "--margin"]);
        assert!(drawn.status.success(), "{}", said(&drawn));
        assert!(said(&drawn).contains("1240 x 1844 pixels"), "{}", said(&drawn));
        assert!(folder.join(out).exists());
    }
    let page = boothpay(folder, &["layout", "calibration", "4x6", "--out", "page.png"]);
    assert!(page.status.success(), "{}", said(&page));
}

#[test]
fn a_template_that_is_wrong_is_told_of_and_the_booth_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("layouts")).unwrap();
    fs::write(folder.join("layouts/wedding.toml"), WEDDING.replace("width = 1", "width = 100")).unwrap();

    let check = boothpay(folder, &["layout", "check", "layouts/wedding.toml"]);
    assert!(!check.status.success());
    assert!(said(&check).contains("line 6: width is 100"), "{}", said(&check));
    let draw = boothpay(folder, &["layout", "draw", "wedding", "--pictures", "a.jpg", "--out", "x.png"]);
    assert!(said(&draw).contains("wedding.toml is no layout") && said(&draw).contains("line 6"), "{}", said(&draw));
    let list = boothpay(folder, &["layout", "list"]);
    assert!(list.status.success() && said(&list).contains("wedding.toml: line 6"), "{}", said(&list));
    let settings = said(&boothpay(folder, &["check", "--development"]));
    assert!(settings.contains("wedding.toml: line 6: width is 100"), "{settings}");
    assert!(settings.contains("Worth a look"), "the booth goes on: {settings}");
    fs::write(folder.join("boothpay.toml"), "[layouts]\nnot_offered = [\"grdi\"]\nmargin_mm = 40\n").unwrap();
    let settings = said(&boothpay(folder, &["check", "--development"]));
    assert!(settings.contains("layouts.margin_mm"), "{settings}");
}

/// The screen has room for so many; the others would be missed in silence.
#[test]
fn a_layout_for_which_the_screen_has_no_room_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("layouts")).unwrap();
    for name in ["a", "b", "c", "wedding"] {
        fs::write(folder.join(format!("layouts/{name}.toml")), WEDDING).unwrap();
    }
    fs::write(folder.join("boothpay.toml"), "[layouts]\nnot_offered = [\"large\"]\n").unwrap();
    let settings = said(&boothpay(folder, &["check", "--development"]));
    assert!(settings.contains("room for 6 layouts, so wedding is not shown"), "{settings}");
    fs::write(folder.join("boothpay.toml"), "[layouts]\nnot_offered = [\"large\", \"a\"]\n").unwrap();
    let settings = said(&boothpay(folder, &["check", "--development"]));
    assert!(!settings.contains("not shown"), "{settings}");
}
